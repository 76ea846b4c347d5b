package io.maskflow.reward.sandbox.suite;

import java.util.Arrays;
import java.util.Locale;

/** How a test, or a whole program, ended. */
public enum VerdictKind {
    /** The assert holds. */
    PASSED,
    /** The comparison is false. */
    FAILED,
    /** An exception, an exit, a syntax error, or no value at all. */
    ERROR,
    /** The CPU limit or the wall limit was reached. */
    TIMEOUT,
    /** The memory limit was reached. */
    MEMORY,
    /** The program died of a signal. */
    CRASHED,
    /** The claimed value is malformed, too large, or more than the judge is willing to compare. */
    REJECTED,
    /** Our own infrastructure failed: says nothing about the program and never counts as zero. */
    NO_VERDICT;

    /** The word of the file format, such as {@code no_verdict}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of a word of the file format.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static VerdictKind of(String word) {
        for (VerdictKind kind : values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("verdict must be one of "
                + Arrays.stream(values()).map(VerdictKind::word).toList() + ", was " + word);
    }

    /** Would the same program end the same way on a machine of any load? */
    boolean repeatable() {
        return this == PASSED || this == FAILED || this == ERROR;
    }
}
