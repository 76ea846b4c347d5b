package io.maskflow.policy.distribution;

/**
 * Gamma-family functions for positive arguments in double precision: upward recurrence to {@code z >= 10}, then the
 * asymptotic series with eight Bernoulli terms (truncation below 1e-17 there). Several times faster than Commons Math,
 * which is the reference in the tests.
 */
public final class SpecialFunctions {

    private static final double SHIFT_TO = 10;
    private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

    private SpecialFunctions() {}

    /**
     * {@code ln Gamma(x)}.
     *
     * @param x above 0; other values give NaN
     * @return within 1e-14 relative to {@code max(1, |ln Gamma(x)|)}, a little more where x nears 0
     */
    public static double logGamma(double x) {
        if (!(x > 0)) {
            return Double.NaN;
        }
        double z = x;
        double product = 1;
        while (z < SHIFT_TO) {
            product *= z;
            z += 1;
        }
        double w = 1 / (z * z);
        // B_2k / (2k (2k - 1)), k = 8 .. 1
        double series = -3617.0 / 122400;
        series = series * w + 1.0 / 156;
        series = series * w - 691.0 / 360360;
        series = series * w + 1.0 / 1188;
        series = series * w - 1.0 / 1680;
        series = series * w + 1.0 / 1260;
        series = series * w - 1.0 / 360;
        series = series * w + 1.0 / 12;
        double stirling = (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series / z;
        return product == 1 ? stirling : stirling - Math.log(product);
    }

    /**
     * {@code psi(x) = d ln Gamma(x) / dx}.
     *
     * @param x above 0; other values give NaN
     * @return within about 1e-14 relative to {@code max(1, |psi(x)|)}
     */
    public static double digamma(double x) {
        if (!(x > 0)) {
            return Double.NaN;
        }
        double z = x;
        double shift = 0;
        while (z < SHIFT_TO) {
            shift += 1 / z;
            z += 1;
        }
        double w = 1 / (z * z);
        // B_2k / 2k, k = 8 .. 1
        double series = -3617.0 / 8160;
        series = series * w + 1.0 / 12;
        series = series * w - 691.0 / 32760;
        series = series * w + 1.0 / 132;
        series = series * w - 1.0 / 240;
        series = series * w + 1.0 / 252;
        series = series * w - 1.0 / 120;
        series = series * w + 1.0 / 12;
        return Math.log(z) - 0.5 / z - series * w - shift;
    }

    /**
     * {@code psi'(x)}.
     *
     * @param x above 0; other values give NaN
     * @return within about 1e-14 relative
     */
    public static double trigamma(double x) {
        if (!(x > 0)) {
            return Double.NaN;
        }
        double z = x;
        double shift = 0;
        while (z < SHIFT_TO) {
            shift += 1 / (z * z);
            z += 1;
        }
        double w = 1 / (z * z);
        // B_2k, k = 8 .. 1
        double series = -3617.0 / 510;
        series = series * w + 7.0 / 6;
        series = series * w - 691.0 / 2730;
        series = series * w + 5.0 / 66;
        series = series * w - 1.0 / 30;
        series = series * w + 1.0 / 42;
        series = series * w - 1.0 / 30;
        series = series * w + 1.0 / 6;
        return 1 / z + 0.5 * w + series * w / z + shift;
    }

    /**
     * Kummer's function {@code 1F1(a; b; x) = sum_n (a)_n / (b)_n x^n / n!} for {@code 0 < a <= b}, {@code x >= 0}: all
     * terms are positive, so the series loses no digits; it ends when a term no longer changes the sum.
     *
     * @param a above 0
     * @param b at least {@code a}
     * @param x in [0, 700]
     * @return a value in [1, e^x]
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static double kummer(double a, double b, double x) {
        if (!(a > 0 && b >= a && x >= 0 && x <= 700)) {
            throw new IllegalArgumentException(
                    "1F1(a; b; x) needs 0 < a <= b and x in [0, 700], was (" + a + "; " + b + "; " + x + ")");
        }
        double term = 1;
        double sum = 1;
        for (int n = 0; term > sum * 1e-18; n++) {
            term *= (a + n) * x / ((b + n) * (n + 1));
            sum += term;
        }
        return sum;
    }
}
