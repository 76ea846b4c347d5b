package io.maskflow.experiments.evaluation;

import java.util.List;

/**
 * How decoders with a dial are compared at equal numbers of model calls.
 *
 * @param calls mean numbers of calls to compare at, each above 0; empty for no comparison
 * @param problems where each decoder's dial is chosen, and which hand-made decoder is the best
 * @param limit how many of these problems, 0 for all
 * @param margin share of problems that may be lost for a decoder to be called not inferior, in (0, 1)
 */
public record EqualCallsSettings(List<Double> calls, String problems, int limit, double margin) {

    /** Checks the ranges. */
    public EqualCallsSettings {
        calls = List.copyOf(calls);
        if (calls.stream().anyMatch(c -> !(c > 0 && c < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException("calls must be above 0, were " + calls);
        }
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be at least 0, was " + limit);
        }
        if (!(margin > 0 && margin < 1)) {
            throw new IllegalArgumentException("margin must lie in (0, 1), was " + margin);
        }
    }

    /** No comparison; dials would be chosen on the built-in validation problems. */
    public static EqualCallsSettings defaults() {
        return new EqualCallsSettings(List.of(), "builtin:valid", 0, 0.015);
    }
}
