package io.maskflow.policy.distribution;

import java.io.Serializable;

/**
 * From the latent {@code y} in [0, 1] to the step fraction {@code a} in {@code [aMin, aMax]}: on a logarithmic scale as in
 * the paper, or on a linear one, the ablation that its Table 2 makes.
 */
public sealed interface ActionScale extends Serializable permits LogScaleAction, LinearScaleAction {

    /** Smallest fraction, in (0, aMax]. */
    double aMin();

    /** Largest fraction, at most 1. */
    double aMax();

    /**
     * The fraction of a latent.
     *
     * @param y in [0, 1]
     * @return in [aMin, aMax]
     */
    double of(double y);

    /**
     * The latent of a fraction.
     *
     * @param a in [aMin, aMax]; values outside are cut
     * @return in [0, 1]; 0 where the range is a point
     */
    double latent(double a);

    /**
     * The deterministic action {@code E[a]} under {@code y ~ Beta(alpha, kappa - alpha)}.
     *
     * @param alpha first parameter of the Beta
     * @param kappa sum of both
     * @return in [aMin, aMax]
     */
    double expectation(double alpha, double kappa);

    /**
     * {@code log2} of the fraction of a latent.
     *
     * @param y in [0, 1]
     */
    double log2(double y);

    /** Its name in settings and files: {@code log} or {@code linear}. */
    String word();

    /** {@link #expectation(double, double)} under a distribution of the latent. */
    default double expectation(StepDistribution y) {
        return expectation(y.alpha(), y.kappa());
    }

    /**
     * A scale by its name.
     *
     * @param word {@code log} or {@code linear}
     * @param aMin smallest fraction, in (0, aMax]
     * @param aMax largest fraction, at most 1
     * @throws IllegalArgumentException if there is no such scale
     */
    static ActionScale of(String word, double aMin, double aMax) {
        return switch (word) {
            case "log" -> new LogScaleAction(aMin, aMax);
            case "linear" -> new LinearScaleAction(aMin, aMax);
            default -> throw new IllegalArgumentException("scale must be log or linear, was \"" + word + "\"");
        };
    }
}
