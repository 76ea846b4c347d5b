package io.maskflow.policy.grpo;

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

    /** {@code ln p(y)} from {@code ln y} and {@code ln(1 - y)}. */
    double logDensity(int r, double logY, double logRest) {
        return (alpha(r) - 1) * logY + (beta(r) - 1) * logRest - logBeta(r);
    }
}
