package io.maskflow.policy;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * One entry of the policy state. The first eight, in this order, are the paper's; the others are for experiments: they
 * tell the policy how many steps are left, which {@code rho} alone does not, how a position stands in its row, what a call
 * costs, or what a position has lived through.
 */
public enum PolicyFeature {
    /** {@code p(1)}, the largest probability. */
    P1("p1"),
    /** {@code p(2)}. */
    P2("p2"),
    /** {@code p(3)}. */
    P3("p3"),
    /** {@code p(4)}. */
    P4("p4"),
    /** {@code H_k}, entropy of the four renormalised probabilities over {@code ln 4}, in [0, 1]. */
    ENTROPY("entropy"),
    /** {@code p(1) - p(2)}. */
    MARGIN("margin"),
    /** {@code t}, progress before the step. */
    PROGRESS("t"),
    /** {@code rho = l / (T - 1)}, 0 when {@code T = 1}. */
    RHO("rho"),
    /** {@code 1 / (T - l)}: the share of the steps left that this step is; 1 in the last step. */
    REMAINING("remaining"),
    /** {@code log2(T - l) / 8}: steps left on a logarithmic scale. */
    STEPS_LEFT("steps_left"),
    /** {@code log2(N / T) / 4}, N the positions looked at: how scarce steps are in this decoding. */
    BUDGET("budget"),
    /** {@code log2(1 + open / (T - l)) / 4}: uncommitted positions per step left, on a logarithmic scale. */
    LOAD("load"),
    /** Share of the positions looked at that are not committed. */
    OPEN("open"),
    /** Mean of {@code p(1)} over the open positions of the row. */
    ROW_CONFIDENCE("row_confidence"),
    /** Share of the open positions of the row with a larger {@code p(1)}, in [0, 1). */
    RANK("rank"),
    /** {@code p(1)} of the position to the left; 1 if that one is committed, or in front of the positions looked at. */
    LEFT("left"),
    /** {@code p(1)} of the position to the right; 1 if that one is committed, or behind the positions looked at. */
    RIGHT("right"),
    /** {@code log2(price) / 4}: what a model call costs, on a logarithmic scale; 0 at price 1. The dial of the policy. */
    PRICE("price"),
    /** {@code log2(1 + s) / 4}: for how many steps {@code s} the most probable token has been the same. */
    STEADY("steady"),
    /** {@code p(1)} less that of the step before. */
    CHANGE("change"),
    /** How far the four most probable tokens have moved since the step before, in [0, 1]. */
    DIVERGENCE("divergence"),
    /** {@code log2(1 + r) / 4}: how often {@code r} the position has been re-edited. */
    RE_EDITS("re_edits");

    private final String label;

    PolicyFeature(String label) {
        this.label = label;
    }

    /** The name in files and configurations. */
    public String label() {
        return label;
    }

    /**
     * Finds a feature by its name.
     *
     * @param label a name as in {@link #label()}
     * @throws IllegalArgumentException if there is no such feature
     */
    public static PolicyFeature named(String label) {
        for (PolicyFeature feature : values()) {
            if (feature.label.equals(label)) {
                return feature;
            }
        }
        throw new IllegalArgumentException("unknown policy feature \"" + label + "\"; known are "
                + Arrays.stream(values()).map(PolicyFeature::label).collect(Collectors.joining(", ")));
    }
}
