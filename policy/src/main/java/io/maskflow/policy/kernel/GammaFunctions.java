package io.maskflow.policy.kernel;

/**
 * {@code ln x}, {@code ln Gamma(x)} and {@code psi(x)} in double precision without a loop or a branch, the same on every
 * platform and on both kernels.
 *
 * <p>The logarithm is fdlibm's ({@code e_log.c}), to 2 ulp: {@code x = 2^k m} with m in [sqrt(1/2), sqrt 2), {@code s =
 * (m - 1) / (m + 1)}, a polynomial in {@code s^2}. Below {@value #SHIFT} an argument is moved up by that much at once:
 * with {@code u = x (x + 9)} the product {@code x (x + 1) .. (x + 9)} is {@code P = u (u + 8) (u + 14) (u + 18) (u + 20)},
 * so that {@code ln Gamma(x) = ln Gamma(x + 10) - ln P} and {@code psi(x) = psi(x + 10) - P' / P}. Above it both are the
 * asymptotic series with eight Bernoulli terms (truncation below 1e-17 there).
 */
final class GammaFunctions {

    static final double SHIFT = 10;
    static final double HALF_LOG_TWO_PI = 0.9189385332046727;

    /** Bits of sqrt(1/2), and those of 1 less them: added, a mantissa above sqrt 2 carries into the exponent. */
    static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;

    static final long ONE_LESS_ROOT_HALF = 0x3ff0000000000000L - ROOT_HALF;
    static final long MANTISSA = 0x000fffffffffffffL;
    /** Bits of 2^52: a small whole number in the low bits of it, less it, is that number. */
    static final long TWO_52_BITS = 0x4330000000000000L;

    static final double TWO_52_AND_BIAS = 0x1p52 + 1023;
    static final double LN2_HIGH = 6.93147180369123816490e-01;
    static final double LN2_LOW = 1.90821492927058770002e-10;

    /** fdlibm's Lg7 .. Lg1. */
    static final double[] LOG = {
        1.479819860511658591e-01,
        1.531383769920937332e-01,
        1.818357216161805012e-01,
        2.222219843214978396e-01,
        2.857142874366239149e-01,
        3.999999999940941908e-01,
        6.666666666666735130e-01
    };

    /** {@code B_2k / (2k (2k - 1))}, k = 8 .. 1. */
    static final double[] LOG_GAMMA = {
        -3617.0 / 122400, 1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12
    };

    /** {@code B_2k / 2k}, k = 8 .. 1. */
    static final double[] DIGAMMA = {
        -3617.0 / 8160, 1.0 / 12, -691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252, -1.0 / 120, 1.0 / 12
    };

    private GammaFunctions() {}

    /** {@code ln x} for a positive normal x; anything else gives a number of no meaning. */
    static double log(double x) {
        long moved = Double.doubleToRawLongBits(x) + ONE_LESS_ROOT_HALF;
        double k = Double.longBitsToDouble(moved >>> 52 | TWO_52_BITS) - TWO_52_AND_BIAS;
        double f = Double.longBitsToDouble((moved & MANTISSA) + ROOT_HALF) - 1;
        double s = f / (f + 2);
        double z = s * s;
        double r = LOG[0];
        for (int i = 1; i < LOG.length; i++) {
            r = Math.fma(r, z, LOG[i]);
        }
        r *= z;
        double half = 0.5 * f * f;
        return Math.fma(k, LN2_HIGH, f - (half - Math.fma(s, half + r, k * LN2_LOW)));
    }

    /**
     * Both functions of many arguments.
     *
     * @param x {@code [count]} positive and normal; NaN gives NaN
     * @param logGamma {@code [count]} written
     * @param digamma {@code [count]} written
     */
    static void of(double[] x, double[] logGamma, double[] digamma, int count) {
        for (int i = 0; i < count; i++) {
            boolean small = x[i] < SHIFT;
            double u = x[i] * (x[i] + 9);
            double a = u + 8;
            double b = u + 14;
            double c = u + 18;
            double d = u + 20;
            double ua = u * a;
            double bc = b * c;
            double p = ua * bc * d;
            // dP/du by the product rule, two factors at a time
            double slope = Math.fma(u + a, bc, ua * (b + c));
            slope = Math.fma(slope, d, ua * bc);
            double z = small ? x[i] + SHIFT : x[i];
            double product = small ? p : 1;
            double shift = small ? slope * (2 * x[i] + 9) / p : 0;
            double w = 1 / (z * z);
            double first = LOG_GAMMA[0];
            double second = DIGAMMA[0];
            for (int k = 1; k < LOG_GAMMA.length; k++) {
                first = Math.fma(first, w, LOG_GAMMA[k]);
                second = Math.fma(second, w, DIGAMMA[k]);
            }
            double log = log(z);
            double stirling = Math.fma(z - 0.5, log, HALF_LOG_TWO_PI - z) + first / z;
            logGamma[i] = stirling - log(product);
            digamma[i] = log - 0.5 / z - second * w - shift;
        }
    }
}
