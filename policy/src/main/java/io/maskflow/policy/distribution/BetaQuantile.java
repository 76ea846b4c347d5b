package io.maskflow.policy.distribution;

/**
 * The inverse of the Beta distribution function, {@code x} with {@code I_x(alpha, beta) = u}, to about
 * {@value #ACCURACY}: Halley steps kept inside a bracket, from the normal approximation or, for small parameters, the power
 * approximation of Abramowitz and Stegun 26.5.22. About four evaluations of {@code I_x}, where bisection takes dozens: a
 * training step asks tens of thousands of times.
 */
public final class BetaQuantile {

    static final double ACCURACY = 1e-10;

    private static final int MOST_STEPS = 100;
    private static final double TINY = 1e-300;

    private BetaQuantile() {}

    /**
     * The quantile.
     *
     * @param u in [0, 1]
     * @param alpha above 0
     * @param beta above 0
     * @return in [0, 1]
     */
    public static double of(double u, double alpha, double beta) {
        if (u <= 0) {
            return 0;
        }
        if (u >= 1) {
            return 1;
        }
        double lnB = SpecialFunctions.logGamma(alpha)
                + SpecialFunctions.logGamma(beta)
                - SpecialFunctions.logGamma(alpha + beta);
        double low = 0;
        double high = 1;
        double x = start(u, alpha, beta);
        for (int i = 0; i < MOST_STEPS; i++) {
            double error = cumulative(x, alpha, beta, lnB) - u;
            if (error > 0) {
                high = x;
            } else {
                low = x;
            }
            double lnDensity = (alpha - 1) * Math.log(x) + (beta - 1) * Math.log1p(-x) - lnB;
            double newton = error / Math.exp(lnDensity);
            double curvature = (alpha - 1) / x - (beta - 1) / (1 - x); // f'(x) / f(x)
            double step = newton / (1 - 0.5 * Math.max(-1, Math.min(1, newton * curvature)));
            if (Math.abs(step) <= ACCURACY * x) {
                return x;
            }
            double next = x - step;
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (high - low <= ACCURACY) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /** Abramowitz and Stegun 26.5.22 with 26.2.23 where both parameters are at least 1, else from the tails' powers. */
    private static double start(double u, double alpha, double beta) {
        double x;
        if (alpha >= 1 && beta >= 1) {
            double tail = u < 0.5 ? u : 1 - u;
            double t = Math.sqrt(-2 * Math.log(tail));
            double z = (2.30753 + t * 0.27061) / (1 + t * (0.99229 + t * 0.04481)) - t;
            if (u < 0.5) {
                z = -z;
            }
            double lambda = (z * z - 3) / 6;
            double h = 2 / (1 / (2 * alpha - 1) + 1 / (2 * beta - 1));
            double w = z * Math.sqrt(lambda + h) / h
                    - (1 / (2 * beta - 1) - 1 / (2 * alpha - 1)) * (lambda + 5.0 / 6 - 2 / (3 * h));
            x = alpha / (alpha + beta * Math.exp(2 * w));
        } else {
            double left = Math.exp(alpha * Math.log(alpha / (alpha + beta))) / alpha;
            double right = Math.exp(beta * Math.log(beta / (alpha + beta))) / beta;
            double whole = left + right;
            x = u < left / whole
                    ? Math.pow(alpha * whole * u, 1 / alpha)
                    : 1 - Math.pow(beta * whole * (1 - u), 1 / beta);
        }
        return Math.max(1e-12, Math.min(1 - 1e-12, x));
    }

    /** {@code I_x(alpha, beta)}. */
    static double mass(double x, double alpha, double beta) {
        double lnB = SpecialFunctions.logGamma(alpha)
                + SpecialFunctions.logGamma(beta)
                - SpecialFunctions.logGamma(alpha + beta);
        return cumulative(x, alpha, beta, lnB);
    }

    /** {@code I_x(alpha, beta)} by its continued fraction (modified Lentz), on the side where that converges fast. */
    private static double cumulative(double x, double alpha, double beta, double lnB) {
        double lnFront = alpha * Math.log(x) + beta * Math.log1p(-x) - lnB;
        return x < (alpha + 1) / (alpha + beta + 2)
                ? Math.exp(lnFront) * fraction(x, alpha, beta) / alpha
                : 1 - Math.exp(lnFront) * fraction(1 - x, beta, alpha) / beta;
    }

    private static double fraction(double x, double alpha, double beta) {
        double sum = alpha + beta;
        double c = 1;
        double d = 1 / away(1 - sum * x / (alpha + 1));
        double h = d;
        for (int m = 1; m <= 1000; m++) {
            double even = m * (beta - m) * x / ((alpha + 2 * m - 1) * (alpha + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            h *= d * c;
            double odd = -(alpha + m) * (sum + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            double factor = d * c;
            h *= factor;
            if (Math.abs(factor - 1) < 1e-15) {
                break;
            }
        }
        return h;
    }

    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }
}
