package io.maskflow.policy.distribution;

import static io.maskflow.policy.distribution.SpecialFunctions.digamma;
import static io.maskflow.policy.distribution.SpecialFunctions.logGamma;
import static io.maskflow.policy.distribution.SpecialFunctions.trigamma;

/**
 * {@code y ~ Beta(mu kappa, (1 - mu) kappa)}: the latent behind a step fraction.
 *
 * <p>All densities and entropies are of {@code y} and in nats; the change of variable to {@code a} does not depend on
 * the parameters and cancels in every ratio.
 *
 * @param mu mean, in (0, 1)
 * @param kappa concentration {@code alpha + beta}, above 0
 * @paper XF Eq. 16
 */
public record StepDistribution(double mu, double kappa) {

    /** Refuses parameters that make no distribution. */
    public StepDistribution {
        if (!(mu > 0 && mu < 1)) {
            throw new IllegalArgumentException("mu must lie in (0, 1), was " + mu);
        }
        if (!(kappa > 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("kappa must lie in (0, infinity), was " + kappa);
        }
    }

    /** {@code alpha = mu kappa}. */
    public double alpha() {
        return mu * kappa;
    }

    /** {@code beta = (1 - mu) kappa}. */
    public double beta() {
        return (1 - mu) * kappa;
    }

    /** {@code ln B(alpha, beta)}. */
    public double logBeta() {
        return logGamma(alpha()) + logGamma(beta()) - logGamma(kappa);
    }

    /**
     * {@code ln p(y) = (alpha - 1) ln y + (beta - 1) ln(1 - y) - ln B(alpha, beta)}.
     *
     * @param y in (0, 1)
     */
    public double logDensity(double y) {
        return (alpha() - 1) * Math.log(y) + (beta() - 1) * Math.log1p(-y) - logBeta();
    }

    /**
     * Derivatives of {@link #logDensity}: with {@code da = ln y - psi(alpha) + psi(kappa)} and {@code db = ln(1 - y) -
     * psi(beta) + psi(kappa)}, {@code d/dmu = kappa (da - db)} and {@code d/dkappa = mu da + (1 - mu) db}.
     *
     * @param y in (0, 1)
     */
    public Slope logDensitySlope(double y) {
        double psiKappa = digamma(kappa);
        double da = Math.log(y) - digamma(alpha()) + psiKappa;
        double db = Math.log1p(-y) - digamma(beta()) + psiKappa;
        return slope(da, db);
    }

    /** {@code H = ln B - (alpha - 1) psi(alpha) - (beta - 1) psi(beta) + (kappa - 2) psi(kappa)}, in nats. */
    public double entropy() {
        double alpha = alpha();
        double beta = beta();
        return logBeta() - (alpha - 1) * digamma(alpha) - (beta - 1) * digamma(beta) + (kappa - 2) * digamma(kappa);
    }

    /** Derivatives of {@link #entropy}: {@code dH/dalpha = -(alpha - 1) psi'(alpha) + (kappa - 2) psi'(kappa)}. */
    public Slope entropySlope() {
        double alpha = alpha();
        double beta = beta();
        double common = (kappa - 2) * trigamma(kappa);
        return slope(common - (alpha - 1) * trigamma(alpha), common - (beta - 1) * trigamma(beta));
    }

    /**
     * {@code KL(this || q)} in nats.
     *
     * @param q the other distribution
     * @return at least 0, but for rounding
     */
    public double divergence(StepDistribution q) {
        double alpha = alpha();
        double beta = beta();
        return q.logBeta()
                - logBeta()
                + (alpha - q.alpha()) * digamma(alpha)
                + (beta - q.beta()) * digamma(beta)
                - (kappa - q.kappa) * digamma(kappa);
    }

    /**
     * Derivatives of {@link #divergence} with respect to this distribution's parameters: {@code d/dalpha = (alpha -
     * alpha_q) psi'(alpha) - (kappa - kappa_q) psi'(kappa)}.
     *
     * @param q the other distribution
     */
    public Slope divergenceSlope(StepDistribution q) {
        double alpha = alpha();
        double beta = beta();
        double common = (kappa - q.kappa) * trigamma(kappa);
        return slope((alpha - q.alpha()) * trigamma(alpha) - common, (beta - q.beta()) * trigamma(beta) - common);
    }

    /** Chain rule from {@code (alpha, beta)} to {@code (mu, kappa)}. */
    private Slope slope(double dAlpha, double dBeta) {
        return new Slope(kappa * (dAlpha - dBeta), mu * dAlpha + (1 - mu) * dBeta);
    }

    /**
     * Derivatives of a scalar.
     *
     * @param mu with respect to the mean
     * @param kappa with respect to the concentration
     */
    public record Slope(double mu, double kappa) {}
}
