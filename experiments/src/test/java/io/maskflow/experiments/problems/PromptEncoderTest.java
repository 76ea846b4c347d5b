package io.maskflow.experiments.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.sandbox.TestSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tokenizer is given, with and without the chat template of a model folder. */
class PromptEncoderTest {

    /** The template as LLaDA-8B-Instruct's tokenizer_config.json spells it. */
    private static final String LLADA = "{% set loop_messages = messages %}{% for message in loop_messages %}"
            + "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'"
            + "+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}"
            + "{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}";

    @TempDir
    Path folder;

    private static final CodingProblem PROBLEM =
            new CodingProblem("1", "add one ", "", TestSuite.of(List.of("assert f(1) == 2")), List.of());

    private String prompt(boolean chat) {
        // The built-in tokenizer splits any text into bytes at worst, so its round trip shows the whole prompt.
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            PromptEncoder encoder =
                    new PromptEncoder(new PromptSettings("{text}\n", chat, "none"), tokenizer, Set.of(), folder);
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
        tokenizerConfig(LLADA, "<|startoftext|>");
        assertThat(prompt(true))
                .isEqualTo("<|startoftext|><|start_header_id|>user<|end_header_id|>\n\nadd one<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n");
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{{ '<role>SYSTEM</role>' }}{{ 'detailed thinking ' + option + '<|role_end|>' }}"
                        + "{{ '<role>HUMAN</role>' }}{{ '<role>ASSISTANT</role>' }}");
        assertThat(prompt(true))
                .isEqualTo("<role>SYSTEM</role>detailed thinking off<|role_end|><role>HUMAN</role>add one \n<|role_end|>"
                        + "<role>ASSISTANT</role>");
        Files.writeString(
                folder.resolve("chat_template.jinja"),
                "{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}");
        assertThat(prompt(true))
                .as("a file of its own wins")
                .isEqualTo("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                        + "<|im_start|>user\nadd one \n<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void aFolderWithoutTemplateOrWithAnUnknownOneIsRefused() throws IOException {
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("prompt.chat must be false: " + folder + " has no chat template");
        tokenizerConfig(LLADA, "<|begin_of_text|>");
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must be LLaDA's (headers, <|startoftext|> first), ChatML");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{");
        assertThatThrownBy(() -> prompt(true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cannot be read");
    }
}
