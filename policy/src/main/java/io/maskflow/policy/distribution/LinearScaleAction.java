package io.maskflow.policy.distribution;

/**
 * {@code a = aMin + y (aMax - aMin)}: what is left of Eq. 17 without its logarithm. Small fractions then fill a small part
 * of the range of {@code y}: below 1/16 are 6 % of it, on the logarithmic scale half of it.
 *
 * @param aMin smallest fraction, in (0, aMax]
 * @param aMax largest fraction, at most 1
 * @paper XF Table 2 (without log-scale action)
 */
public record LinearScaleAction(double aMin, double aMax) implements ActionScale {

    private static final double LN2 = Math.log(2);

    /** Refuses an empty range. */
    public LinearScaleAction {
        new LogScaleAction(aMin, aMax);
    }

    @Override
    public double of(double y) {
        return Math.max(aMin, Math.min(aMax, aMin + y * (aMax - aMin)));
    }

    @Override
    public double latent(double a) {
        return aMin == aMax ? 0 : Math.max(0, Math.min(1, (a - aMin) / (aMax - aMin)));
    }

    /** {@code E[a] = a(E[y])}, with {@code E[y] = alpha / kappa}. */
    @Override
    public double expectation(double alpha, double kappa) {
        return of(alpha / kappa);
    }

    @Override
    public double log2(double y) {
        return Math.log(of(y)) / LN2;
    }

    @Override
    public String word() {
        return "linear";
    }
}
