package io.maskflow.policy.grpo;

import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.CutLatent.ShapeSlope;
import io.maskflow.policy.kernel.DenseKernel;
import java.util.Arrays;

/**
 * What the densities of some Beta distributions need, computed together: {@code ln Gamma} and {@code psi} of alpha, beta
 * and kappa. Working memory of one thread, filled again and again.
 */
final class BetaTerms {

    /** Distributions handled at once. */
    static final int ROWS = 64;

    private final DenseKernel kernel;
    private final double[] shape = new double[3 * ROWS]; // alpha, beta, kappa
    private final double[] logGamma = new double[3 * ROWS];
    private final double[] psi = new double[3 * ROWS];

    /**
     * @param kernel the arithmetic; both kernels give the same bits
     */
    BetaTerms(DenseKernel kernel) {
        this.kernel = kernel;
        Arrays.fill(shape, 1);
    }

    /**
     * Computes the terms of {@code count} distributions.
     *
     * @param mu means, from {@code from} on
     * @param kappa concentrations, from {@code from} on
     * @param count 1 to {@link #ROWS}
     */
    void of(double[] mu, double[] kappa, int from, int count) {
        for (int r = 0; r < count; r++) {
            double m = mu[from + r];
            double k = kappa[from + r];
            shape[r] = m * k;
            shape[ROWS + r] = (1 - m) * k;
            shape[2 * ROWS + r] = k;
        }
        kernel.gamma(shape, logGamma, psi, 3 * ROWS);
    }

    double alpha(int r) {
        return shape[r];
    }

    double beta(int r) {
        return shape[ROWS + r];
    }

    double psiAlpha(int r) {
        return psi[r];
    }

    double psiBeta(int r) {
        return psi[ROWS + r];
    }

    double psiKappa(int r) {
        return psi[2 * ROWS + r];
    }

    /** {@code ln B(alpha, beta)}. */
    double logBeta(int r) {
        return logGamma[r] + logGamma[ROWS + r] - logGamma[2 * ROWS + r];
    }

    /** {@code ln p} of a decision of a batch, by the batch's law. */
    double logProbability(int r, DecisionBatch batch, int d) {
        if (batch.atom(d)) {
            return cut(r).logMass(batch.upper(d));
        }
        return (alpha(r) - 1) * batch.logLatent[d] + (beta(r) - 1) * batch.logRest[d] - logBeta(r);
    }

    /** The score of a decision: derivatives of its {@code ln p} with respect to {@code alpha} and {@code beta}. */
    ShapeSlope score(int r, DecisionBatch batch, int d) {
        if (batch.atom(d)) {
            return cut(r).logMassSlope(batch.upper(d), psiAlpha(r), psiBeta(r), psiKappa(r));
        }
        return new ShapeSlope(
                batch.logLatent[d] - psiAlpha(r) + psiKappa(r), batch.logRest[d] - psiBeta(r) + psiKappa(r));
    }

    /** The distribution as it is acted on. */
    CutLatent cut(int r) {
        return new CutLatent(alpha(r), beta(r), logBeta(r));
    }
}
