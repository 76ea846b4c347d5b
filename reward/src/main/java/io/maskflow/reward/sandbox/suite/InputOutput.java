package io.maskflow.reward.sandbox.suite;

import java.io.Serializable;
import java.util.List;

/**
 * Inputs and what must come of them.
 *
 * @param pairs text for a script, JSON for a function: the list of its arguments, and its value
 * @param tolerance absolute and relative difference that numbers with a fraction may have, >= 0
 */
public record InputOutput(List<Pair> pairs, double tolerance) implements Serializable {
    /** No pairs. */
    public static final InputOutput NONE = new InputOutput(List.of(), 0);

    /** What data sets of this kind allow: differences that a change of the order of additions makes. */
    public static final double USUAL_TOLERANCE = 1e-6;

    /** An input and its output. */
    public record Pair(String input, String output) implements Serializable {}

    public InputOutput {
        pairs = List.copyOf(pairs);
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException("tolerance must be >= 0 and finite, was " + tolerance);
        }
    }

    /** Are there none? */
    public boolean isEmpty() {
        return pairs.isEmpty();
    }

    /** How outputs are compared, in words. */
    public String rule() {
        return "token by token; numbers with a fraction within " + tolerance + ", absolute or relative";
    }
}
