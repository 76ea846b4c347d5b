package io.maskflow.policy.kernel;

/**
 * {@code exp} in double precision by argument reduction and a Taylor polynomial of degree 13, the same on every
 * platform and on both kernels.
 */
final class Exponential {

    static final double LIMIT = 708;
    static final double LOG2_E = 1.4426950408889634;
    static final double LN2_HIGH = 0.6931471805599453;
    static final double LN2_LOW = 2.3190468138462996e-17;
    /** Adding it rounds to a whole number {@code n} and leaves {@code n + 1023} in the low bits. */
    static final double ROUND_AND_BIAS = 0x1.8p52 + 1023;

    /** {@code 1/13!, 1/12!, ... 1/1!, 1/0!}. */
    static final double[] TAYLOR = new double[14];

    static {
        double factorial = 1;
        for (int n = 0; n < TAYLOR.length; n++) {
            factorial *= Math.max(1, n);
            TAYLOR[TAYLOR.length - 1 - n] = 1 / factorial;
        }
    }

    private Exponential() {}

    /** {@code e^x}, x cut to [-708, 708]; NaN stays NaN. */
    static double exp(double x) {
        double cut = Math.max(-LIMIT, Math.min(LIMIT, x));
        double biased = Math.fma(cut, LOG2_E, ROUND_AND_BIAS);
        double n = biased - ROUND_AND_BIAS;
        double r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, cut));
        double sum = TAYLOR[0];
        for (int i = 1; i < TAYLOR.length; i++) {
            sum = Math.fma(sum, r, TAYLOR[i]);
        }
        return sum * Double.longBitsToDouble(Double.doubleToRawLongBits(biased) << 52);
    }
}
