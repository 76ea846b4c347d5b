package io.maskflow.experiments.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tokenizer is given, with and without the chat template of a model folder. */
class PromptEncoderTest {

    private static final String QWEN3 =
            """
            {"architectures": ["A2DQwen3LMHeadModel"], "attention_bias": false, "eos_token_id": 271,
            "head_dim": 24, "hidden_act": "silu", "hidden_size": 64, "intermediate_size": 112,
            "max_position_embeddings": 512, "model_type": "a2d-qwen3", "num_attention_heads": 4,
            "num_hidden_layers": 3, "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_scaling": null,
            "rope_theta": 1000000, "sliding_window": null, "tie_word_embeddings": true,
            "use_sliding_window": false, "vocab_size": 288, "mask_token_id": 287}
            """;

    @TempDir
    Path folder;

    private static final CodingProblem PROBLEM =
            new CodingProblem("1", "add one ", "", TestSuite.of(List.of("assert f(1) == 2")), List.of());

    private String prompt(boolean chat) {
        return prompt(new PromptSettings("{text}\n", chat, "none"));
    }

    private String prompt(PromptSettings settings) {
        // The built-in tokenizer splits any text into bytes at worst, so its round trip shows the whole prompt.
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            PromptEncoder encoder = new PromptEncoder(settings, tokenizer, Set.of(), folder);
            int[] ids = encoder.encode(List.of(PROBLEM), 0, 10_000).get(0).promptIds();
            return tokenizer.decodeUntilEnd(ids, Set.of());
        }
    }

    private void tokenizerConfig(String template, String begin) throws IOException {
        com.fasterxml.jackson.databind.ObjectMapper json = new com.fasterxml.jackson.databind.ObjectMapper();
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                json.createObjectNode()
                        .put("bos_token", begin)
                        .put("chat_template", template)
                        .toString());
    }

    @Test
    void withoutChatThePromptIsTheTextAlone() {
        assertThat(prompt(false)).isEqualTo("add one \n");
    }

    @Test
    void theFoldersTemplateIsPutAroundThePrompt() throws IOException {
        tokenizerConfig(
                "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{{ eos_token }}",
                "<b>");
        assertThat(prompt(true)).isEqualTo("<b>[user]add one \n");
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{{ '<role>HUMAN</role>' + messages[0].content }}<think>\n\n</think>");
        assertThat(prompt(true))
                .as("a file of its own wins")
                .isEqualTo("<role>HUMAN</role>add one \n<think>\n\n</think>");
    }

    @Test
    void aFolderWithoutTemplateOrWithABrokenOneIsRefused() throws IOException {
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("prompt.chat must be false: " + folder + " has no chat template");
        tokenizerConfig("{{ messages[0].content", "<b>");
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tokenizer_config.json (chat_template), line 1: the tag {{ has no end");
        tokenizerConfig("{{ raise_exception('Only tools') }}", "<b>");
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 1: Only tools");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{");
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void theTemplateIsToldWhatTheSettingsSay() throws IOException {
        tokenizerConfig(
                "{{ messages[0].content }}{% if enable_thinking is defined and not enable_thinking %}<no>"
                        + "{% endif %}{% if date %}{{ date }}{% endif %}",
                "<b>");
        assertThat(prompt(true)).isEqualTo("add one \n");
        assertThat(prompt(new PromptSettings("{text}\n", true, Map.of("enable_thinking", false), "none")))
                .isEqualTo("add one \n<no>");
        assertThat(prompt(
                        new PromptSettings("{text}\n", true, Map.of("enable_thinking", true, "date", "1 May"), "none")))
                .isEqualTo("add one \n1 May");
    }

    /** dllm's use of Qwen3's template when nothing is said; what is said wins. */
    @Test
    void qwen3IsToldNotToThinkUnlessTheSettingsSayOtherwise() throws IOException {
        Files.writeString(folder.resolve("config.json"), QWEN3);
        tokenizerConfig("{{ messages[0].content }}{% if enable_thinking is false %}<no>{% endif %}", "<b>");
        assertThat(prompt(true)).isEqualTo("add one \n<no>");
        assertThat(prompt(new PromptSettings("{text}\n", true, Map.of("enable_thinking", true), "none")))
                .isEqualTo("add one \n");
    }

    @Test
    void variablesThatCannotBeMeantAreRefused() {
        assertThatThrownBy(() -> new PromptSettings("{text}\n", false, Map.of("enable_thinking", true), "none"))
                .hasMessageContaining("chatVariables [enable_thinking] need chat: true");
        assertThatThrownBy(() -> new PromptSettings("{text}\n", true, Map.of("enable_thinking", List.of()), "none"))
                .hasMessageContaining("chatVariables.enable_thinking must be a truth value, a number or a text");
    }
}
