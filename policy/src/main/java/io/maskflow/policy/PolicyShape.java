package io.maskflow.policy;

import io.maskflow.policy.distribution.ActionScale;
import io.maskflow.policy.distribution.LogScaleAction;
import io.maskflow.policy.kernel.SiluNetwork;
import java.io.Serializable;

/**
 * Everything about a policy but its weights.
 *
 * @param state the features
 * @param hidden width of both hidden layers, at least 1
 * @param muMin lower bound of the mean, in (0, muMax)
 * @param muMax upper bound of the mean, below 1
 * @param kappaMin lower bound of the concentration, in (0, kappaMax)
 * @param kappaMax upper bound of the concentration
 * @param action the range of step fractions and its scale
 * @param prices of a model call that a policy with the feature {@code price} is made for; {@link PriceRange#NONE} for any
 *     other
 */
public record PolicyShape(
        PolicyState state,
        int hidden,
        double muMin,
        double muMax,
        double kappaMin,
        double kappaMax,
        ActionScale action,
        PriceRange prices)
        implements Serializable {

    /** The paper's bounds of the mean (XF Eq. 15); used where a policy file names none. */
    public static final double PAPER_MU_MIN = 0.05;

    /** See {@link #PAPER_MU_MIN}. */
    public static final double PAPER_MU_MAX = 0.95;

    /** The paper's features and bounds; hidden 64 and kappa in [2, 60], which it does not give, from the prototype. */
    public static final PolicyShape PAPER =
            new PolicyShape(PolicyState.PAPER, 64, PAPER_MU_MIN, PAPER_MU_MAX, 2, 60, LogScaleAction.PAPER);

    /** Bounds under which the prototype beat the best hand-made rule: mu in [.002, .998], kappa in [2, 120]. */
    public static final PolicyShape WIDE =
            new PolicyShape(PolicyState.PAPER, 64, 0.002, 0.998, 2, 120, LogScaleAction.PAPER);

    /** Checks the ranges. */
    public PolicyShape {
        if (hidden < 1) {
            throw new IllegalArgumentException("hidden must be at least 1, was " + hidden);
        }
        if (!(muMin > 0 && muMin < muMax && muMax < 1)) {
            throw new IllegalArgumentException(
                    "muMin and muMax must satisfy 0 < muMin < muMax < 1, were " + muMin + " and " + muMax);
        }
        if (!(kappaMin > 0 && kappaMin < kappaMax && kappaMax <= 1e6)) {
            throw new IllegalArgumentException(
                    "kappaMin and kappaMax must satisfy 0 < kappaMin < kappaMax <= 1e6, were " + kappaMin + " and "
                            + kappaMax);
        }
        if (state.priced() == prices.none()) {
            throw new IllegalArgumentException(
                    state.priced()
                            ? "a policy with the feature price needs the range of prices that it is made for"
                            : "a policy without the feature price has no range of prices");
        }
    }

    /** A policy without a dial. */
    public PolicyShape(
            PolicyState state,
            int hidden,
            double muMin,
            double muMax,
            double kappaMin,
            double kappaMax,
            ActionScale action) {
        this(state, hidden, muMin, muMax, kappaMin, kappaMax, action, PriceRange.NONE);
    }

    /** Where the weights of the mean's head begin among the parameters; {@code hidden} weights, then the bias. */
    public int muHead() {
        return hidden * state.size() + hidden + hidden * hidden + hidden;
    }

    /** Number of parameters, all tensors together. */
    public int parameterCount() {
        return SiluNetwork.parameterCount(state.size(), hidden);
    }

    /** {@code mu = muMin + (muMax - muMin) sigmoid(logit)}. */
    public double mu(double logit) {
        return muMin + (muMax - muMin) * SiluNetwork.sigmoid(logit);
    }

    /** {@code kappa = kappaMin + (kappaMax - kappaMin) sigmoid(logit)}. */
    public double kappa(double logit) {
        return kappaMin + (kappaMax - kappaMin) * SiluNetwork.sigmoid(logit);
    }

    /** {@code dmu / dlogit} at a value of mu. */
    public double muSlope(double mu) {
        return (mu - muMin) * (muMax - mu) / (muMax - muMin);
    }

    /** {@code dkappa / dlogit} at a value of kappa. */
    public double kappaSlope(double kappa) {
        return (kappa - kappaMin) * (kappaMax - kappa) / (kappaMax - kappaMin);
    }
}
