package io.maskflow.experiments.problems;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a problem becomes a prompt, and how the program or the result is found in the answer.
 *
 * @param template text with fields such as {@code {text}} and {@code {test_list[0]}}, or the name of a published
 *     template
 * @param chat whether the chat template in the folder of the backbone is put around it (LLaDA, LLaDA2, ChatML)
 * @param chatVariables what the chat template is told besides, such as {@code enable_thinking: true}: truth values, numbers
 *     and texts; without {@code enable_thinking}, Qwen3's template is told false, as dllm does, and others nothing
 * @param extraction name of the rule that finds the program or the result in the answer; {@code none} takes a program as it
 *     is, and a result by the first rule of its data set
 */
public record PromptSettings(String template, boolean chat, Map<String, Object> chatVariables, String extraction)
        implements Serializable {

    /** Checks what the chat template is told. */
    public PromptSettings {
        chatVariables = new TreeMap<>(chatVariables == null ? Map.of() : chatVariables);
        chatVariables.forEach((name, value) -> {
            if (!(value instanceof Boolean || value instanceof Number || value instanceof String)) {
                throw new IllegalArgumentException(
                        "chatVariables." + name + " must be a truth value, a number or a text, was " + value);
            }
        });
        if (!chat && !chatVariables.isEmpty()) {
            throw new IllegalArgumentException(
                    "chatVariables " + chatVariables.keySet() + " need chat: true, was false");
        }
    }

    /** Without variables for the chat template. */
    public PromptSettings(String template, boolean chat, String extraction) {
        this(template, chat, Map.of(), extraction);
    }

    /** The built-in world's prompt: the task and its first assert, no chat. */
    public static PromptSettings defaults() {
        return new PromptSettings("{text}\n{test_list[0]}\n", false, "none");
    }
}
