package io.maskflow.policy.distribution;

/**
 * From the latent {@code y} in [0, 1] to the step fraction {@code a} in {@code [aMin, aMax]}, on a logarithmic scale.
 *
 * @param aMin smallest fraction, in (0, aMax]
 * @param aMax largest fraction, at most 1
 * @paper XF Eq. 17
 */
public record LogScaleAction(double aMin, double aMax) implements ActionScale {

    /** {@code aMin = 1/256}, {@code aMax = 1} (XF §4.2). */
    public static final LogScaleAction PAPER = new LogScaleAction(1.0 / 256, 1);

    private static final double LN2 = Math.log(2);

    /** Refuses an empty range. */
    public LogScaleAction {
        if (!(aMax > 0 && aMax <= 1)) {
            throw new IllegalArgumentException("aMax must lie in (0, 1], was " + aMax);
        }
        if (!(aMin > 0 && aMin <= aMax)) {
            throw new IllegalArgumentException("aMin must lie in (0, aMax], was " + aMin + " with aMax " + aMax);
        }
    }

    /**
     * {@code u = log2 aMin + y (log2 aMax - log2 aMin)}.
     *
     * @param y in [0, 1]
     * @return log2 of the step fraction
     */
    @Override
    public double log2(double y) {
        return (Math.log(aMin) + y * Math.log(aMax / aMin)) / LN2;
    }

    /**
     * {@code a = 2^u = aMin (aMax / aMin)^y}.
     *
     * @param y in [0, 1]
     * @return the step fraction, in [aMin, aMax]
     */
    @Override
    public double of(double y) {
        double a = aMin * Math.exp(y * Math.log(aMax / aMin));
        return Math.max(aMin, Math.min(aMax, a));
    }

    /**
     * {@code y = ln(a / aMin) / ln(aMax / aMin)}: the latent of a step fraction.
     *
     * @param a in [aMin, aMax]; values outside are cut
     * @return in [0, 1]; 0 where the range is a point
     */
    @Override
    public double latent(double a) {
        if (aMin == aMax) {
            return 0;
        }
        double y = Math.log(a / aMin) / Math.log(aMax / aMin);
        return Math.max(0, Math.min(1, y));
    }

    /**
     * The deterministic action {@code E[a] = aMin 1F1(alpha; alpha + beta; ln(aMax / aMin))}, the moment generating
     * function of the Beta at {@code ln(aMax / aMin)}. It is not {@code a(E[y])}, which is smaller.
     *
     * @param alpha first parameter of the Beta
     * @param kappa {@code alpha + beta}
     * @return in [aMin, aMax]
     * @paper XF Eq. 17 (policy expectation)
     */
    @Override
    public double expectation(double alpha, double kappa) {
        double a = aMin * SpecialFunctions.kummer(alpha, kappa, Math.log(aMax / aMin));
        return Math.max(aMin, Math.min(aMax, a));
    }

    @Override
    public String word() {
        return "log";
    }
}
