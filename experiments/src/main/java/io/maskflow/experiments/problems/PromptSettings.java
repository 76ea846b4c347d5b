package io.maskflow.experiments.problems;

import java.io.Serializable;

/**
 * How a problem becomes a prompt, and how the program or the result is found in the answer.
 *
 * @param template text with fields such as {@code {text}} and {@code {test_list[0]}}, or the name of a published
 *     template
 * @param chat whether the chat template in the folder of the backbone is put around it (LLaDA, LLaDA2, ChatML)
 * @param extraction name of the rule that finds the program or the result in the answer; {@code none} takes a program as it
 *     is, and a result by the first rule of its data set
 */
public record PromptSettings(String template, boolean chat, String extraction) implements Serializable {

    /** The built-in world's prompt: the task and its first assert, no chat. */
    public static PromptSettings defaults() {
        return new PromptSettings("{text}\n{test_list[0]}\n", false, "none");
    }
}
