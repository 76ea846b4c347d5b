package io.maskflow.alignment.data;

import java.util.List;

/**
 * Which prompts and answers are trained on: {@code data:} of a settings file.
 *
 * @param source {@code builtin}, or a file of JSON lines with {@code prompt} (and {@code response}), chat {@code messages}, or
 *     {@code prompt_ids} and {@code answer_ids} as in an {@code answers.jsonl}
 * @param chat whether the chat template in the folder of the backbone is put around prompts and answers
 * @param longestPrompt rows with longer prompts are left out, in tokens, at least 1
 * @param shortestAnswer rows with shorter answers are left out, in tokens, at least 1; those with answers longer than the
 *     response length always are
 * @param without rows that hold one of these texts are left out
 * @param badRows what becomes of a row that cannot be read
 * @paper SM App. A.2
 */
public record InstructionData(
        String source, boolean chat, int longestPrompt, int shortestAnswer, List<String> without, BadRows badRows) {

    /** The training problems that come with the project. */
    public static final String BUILTIN = "builtin";

    /** What becomes of a row that cannot be read. */
    public enum BadRows {
        /** The command ends and names file and line. */
        STOP,
        /** The row is left out; a warning names file and line. */
        SKIP
    }

    /** Checks the ranges. */
    public InstructionData {
        if (source == null || source.isBlank()) {
            throw new IllegalArgumentException("data.source must be builtin or name a file of JSON lines");
        }
        if (longestPrompt < 1 || shortestAnswer < 1) {
            throw new IllegalArgumentException("data.longestPrompt and data.shortestAnswer must be at least 1, were "
                    + longestPrompt + " and " + shortestAnswer);
        }
        without = without == null ? List.of() : List.copyOf(without);
        if (without.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("data.without must hold texts of at least one character, one is empty");
        }
        if (badRows == null) {
            throw new IllegalArgumentException("data.badRows must be stop or skip, was missing");
        }
        if (chat && source.equals(BUILTIN)) {
            throw new IllegalArgumentException("data.chat must be false with data.source builtin, was true");
        }
    }

    /** The built-in problems; the paper's limit of 2,048 tokens for prompts. */
    public static InstructionData defaults() {
        return new InstructionData(BUILTIN, false, 2048, 1, List.of(), BadRows.STOP);
    }

    /** Whether the prompts are those that come with the project. */
    public boolean builtin() {
        return source.equals(BUILTIN);
    }
}
