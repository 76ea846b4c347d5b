package io.maskflow.reward.problem.builtin;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which part of the world a composition belongs to; no composition belongs to two. */
public enum Split {
    /** Compositions that may occur in any training phase. */
    TRAIN("train"),
    /** Compositions for choosing among policies and settings. */
    VALIDATION("valid"),
    /** Compositions for the reported figures only. */
    TEST("test");

    private final String word;

    Split(String word) {
        this.word = word;
    }

    /** The word after {@code builtin:} in a configuration. */
    public String word() {
        return word;
    }

    /**
     * Reads the word of a configuration.
     *
     * @param word {@code train}, {@code valid} or {@code test}
     * @return the split
     * @throws IllegalArgumentException for any other word
     */
    public static Split of(String word) {
        return Arrays.stream(values())
                .filter(split -> split.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("built-in problems are "
                        + Arrays.stream(values())
                                .map(split -> "builtin:" + split.word)
                                .collect(Collectors.joining(", "))
                        + ", was \"builtin:" + word + "\""));
    }
}
