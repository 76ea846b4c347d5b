package io.maskflow.experiments.problems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds which chat template a model folder has: the Jinja text in {@code chat_template.jinja}, or under {@code
 * chat_template} in {@code tokenizer_config.json}, is recognised by its markers and then rendered by {@link
 * ChatTemplate}. A text that is not recognised is refused, never guessed at.
 */
public final class FolderChatTemplate {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LLADA_BEGIN = "<|startoftext|>";

    private FolderChatTemplate() {}

    /**
     * Recognises the template of a folder.
     *
     * @param folder a model in Hugging Face layout
     * @param setting name of the setting that asks for it, for messages
     * @return the template
     * @throws ConfigurationException if it has no chat template, or one that is not known
     */
    public static ChatTemplate of(Path folder, String setting) {
        Path config = folder.resolve("tokenizer_config.json");
        Path jinja = folder.resolve("chat_template.jinja");
        try {
            JsonNode settings = Files.isRegularFile(config)
                    ? JSON.readTree(config.toFile())
                    : JSON.createObjectNode();
            String text = Files.isRegularFile(jinja) ? Files.readString(jinja) : text(settings.path("chat_template"));
            if (text.isEmpty()) {
                throw new ConfigurationException(setting + " must be false: " + folder + " has no chat template"
                        + " (neither chat_template.jinja nor chat_template in tokenizer_config.json)");
            }
            return recognised(text, begin(settings.path("bos_token")), folder, setting);
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
    private static String begin(JsonNode token) {
        return token.isTextual() ? token.textValue() : token.path("content").asText();
    }

    private static ChatTemplate recognised(String text, String begin, Path folder, String setting) {
        boolean headers = text.contains("<|start_header_id|>")
                && text.contains("<|end_header_id|>")
                && text.contains("<|eot_id|>")
                && text.contains("trim");
        if (headers && begin.equals(LLADA_BEGIN)) {
            return ChatTemplate.LLADA;
        }
        // In Jinja the line end is written as an escape; both spellings occur.
        String oneLine = text.replace("\\n", " ").replace("\n", " ");
        if (oneLine.contains("<|im_start|>system You are a helpful assistant.<|im_end|>")) {
            return ChatTemplate.CHATML;
        }
        if (text.contains("<role>ASSISTANT</role>") && text.contains("<|role_end|>") && text.contains("detailed thinking")) {
            return ChatTemplate.LLADA2;
        }
        throw new ConfigurationException(setting + ": the chat template of " + folder + " must be LLaDA's (headers, "
                + LLADA_BEGIN + " first), ChatML with the system turn \"You are a helpful assistant.\", or LLaDA2's (roles in"
                + " tags, \"detailed thinking\"), it is none of them");
    }
}
