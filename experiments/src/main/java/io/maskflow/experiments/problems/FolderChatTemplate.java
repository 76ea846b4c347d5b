package io.maskflow.experiments.problems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The chat template of a model folder: {@code chat_template.jinja}, or {@code chat_template} in {@code
 * tokenizer_config.json}, rendered by {@link JinjaChatTemplate}.
 */
public final class FolderChatTemplate {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TOKENS = List.of("bos_token", "eos_token", "pad_token", "unk_token");
    private static final String LLADA_BEGIN = "<|startoftext|>";
    private static final String END_OF_TURN = "<|eot_id|>";

    private FolderChatTemplate() {}

    /**
     * The template of a folder.
     *
     * @param folder a model in Hugging Face layout
     * @param setting name of the setting that asks for it, for messages
     * @return the template
     * @throws ConfigurationException if it has no chat template, or one that is no Jinja
     */
    public static ChatTemplate of(Path folder, String setting) {
        return told(folder, setting, Map.of());
    }

    /**
     * The same, told more than usual.
     *
     * @param said variables that the template may ask for ({@code enable_thinking}); they win over the usual ones
     */
    public static ChatTemplate told(Path folder, String setting, Map<String, Object> said) {
        Map<String, Object> variables = new HashMap<>(usual(folder));
        variables.putAll(said);
        return of(folder, setting, variables);
    }

    /** dllm uses Qwen3's template without thinking unless it is told otherwise; other templates are given nothing. */
    private static Map<String, Object> usual(Path folder) {
        try {
            return Backbones.describe(folder).family().equals("a2d-qwen3")
                    ? Map.of("enable_thinking", false)
                    : Map.of();
        } catch (CheckpointException noModel) {
            return Map.of();
        }
    }

    /** The template with these variables beside the special tokens, and no others. */
    public static ChatTemplate of(Path folder, String setting, Map<String, Object> variables) {
        Path config = folder.resolve("tokenizer_config.json");
        Path jinja = folder.resolve("chat_template.jinja");
        try {
            JsonNode settings = Files.isRegularFile(config) ? JSON.readTree(config.toFile()) : JSON.createObjectNode();
            String text = Files.isRegularFile(jinja) ? Files.readString(jinja) : text(settings.path("chat_template"));
            if (text.isEmpty()) {
                throw new ConfigurationException(setting + " must be false: " + folder + " has no chat template"
                        + " (neither chat_template.jinja nor chat_template in tokenizer_config.json)");
            }
            Map<String, Object> tokens = new HashMap<>(variables);
            for (String name : TOKENS) {
                tokens.put(name, token(settings.path(name)));
            }
            boolean inFile = Files.isRegularFile(jinja);
            String place = setting + ": " + (inFile ? jinja : config + " (chat_template)");
            JinjaChatTemplate template = new JinjaChatTemplate(text, tokens, place);
            return tokens.get("bos_token").equals(LLADA_BEGIN) ? new WithoutEndOfTurn(template) : template;
        } catch (IOException e) {
            throw new ConfigurationException(
                    setting + ": the chat template of " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** One template, or the one named {@code default} of several. */
    private static String text(JsonNode template) {
        if (template.isTextual()) {
            return template.textValue();
        }
        for (JsonNode one : template) {
            if (one.path("name").asText().equals("default")) {
                return one.path("template").asText();
            }
        }
        return "";
    }

    /** A special token is text, or an object with its text as {@code content}. */
    private static String token(JsonNode token) {
        return token.isTextual() ? token.textValue() : token.path("content").asText();
    }

    /** LLaDA: nothing but end tokens follows an answer, no end of a turn (GUIDELINES.md of ML-GSAI/LLaDA, SFT). */
    private record WithoutEndOfTurn(ChatTemplate template) implements ChatTemplate {
        @Override
        public String render(Prompt prompt) {
            return template.render(prompt);
        }

        @Override
        public String answer(String content) {
            String answer = template.answer(content);
            return answer.endsWith(END_OF_TURN) ? answer.substring(0, answer.length() - END_OF_TURN.length()) : answer;
        }
    }
}
