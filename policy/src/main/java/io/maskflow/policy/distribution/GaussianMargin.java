package io.maskflow.policy.distribution;

import static io.maskflow.policy.distribution.SpecialFunctions.digamma;
import static io.maskflow.policy.distribution.SpecialFunctions.logGamma;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A Beta latent seen as a normal one: {@code u = Phi^-1(F(y))}, and back. Both ends are held by their logarithms, because
 * {@code 1 - y} of a nearly sure policy is far below what a double next to 1 can say.
 */
public final class GaussianMargin {

    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
    private static final double LOG_SQRT_TWO_PI = 0.9189385332046727;
    /** Below this distance from an end the mass there is a short series. */
    private static final double SERIES = Math.log(1e-4);
    /** Smallest mass that is told from none. */
    private static final double TINY = 1e-14;
    /** Relative step of the numeric derivatives. */
    private static final double STEP = 1e-5;

    private GaussianMargin() {}

    /**
     * The latent of a normal one.
     *
     * @param logLatent {@code ln y}
     * @param logRest {@code ln(1 - y)}
     */
    public record Latent(double logLatent, double logRest) {}

    /**
     * The normal latent of a latent, and how it moves with the shapes while {@code y} stays.
     *
     * @param u {@code Phi^-1(F(y))}, cut to about +-7.6
     * @param slopeAlpha {@code d u / d alpha}; 0 where {@code u} is cut
     * @param slopeBeta {@code d u / d beta}
     */
    public record Normal(double u, double slopeAlpha, double slopeBeta) {}

    /** {@code y = F^-1(Phi(u))}. */
    public static Latent latent(double u, double alpha, double beta) {
        double logX = logDistance(NORMAL.cumulativeProbability(-u), beta, alpha);
        if (atEnd(logX, alpha)) {
            return new Latent(Math.log1p(-Math.exp(logX)), logX);
        }
        double logY = logDistance(NORMAL.cumulativeProbability(u), alpha, beta);
        if (atEnd(logY, beta)) {
            return new Latent(logY, Math.log1p(-Math.exp(logY)));
        }
        double y = BetaQuantile.of(NORMAL.cumulativeProbability(u), alpha, beta);
        return new Latent(Math.log(y), Math.log1p(-y));
    }

    /** {@code ln x} with {@code I_x(near, far) = mass}, right near the end only. */
    private static double logDistance(double mass, double near, double far) {
        double first = (Math.log(mass) + Math.log(near) + logBeta(near, far)) / near;
        double logX = first;
        for (int i = 0; i < 4 && logX < SERIES + 1; i++) {
            logX = first - Math.log(series(Math.exp(logX), near, far)) / near;
        }
        return logX;
    }

    /** {@code u} and its derivatives. */
    public static Normal normal(double logLatent, double logRest, double alpha, double beta) {
        boolean upper = logRest < logLatent;
        double near = upper ? beta : alpha;
        double far = upper ? alpha : beta;
        double logX = upper ? logRest : logLatent;
        double mass;
        double slopeNear; // of the mass
        double slopeFar;
        boolean flipped = false;
        if (atEnd(logX, far)) {
            double x = Math.exp(logX);
            double s = series(x, near, far);
            mass = Math.exp(near * logX - Math.log(near) - logBeta(near, far)) * s;
            double psiK = digamma(near + far);
            double h = STEP * near;
            double g = STEP * far;
            double dNear = (series(x, near + h, far) - series(x, near - h, far)) / (2 * h) / s;
            double dFar = (series(x, near, far + g) - series(x, near, far - g)) / (2 * g) / s;
            slopeNear = mass * (logX - 1 / near - digamma(near) + psiK + dNear);
            slopeFar = mass * (psiK - digamma(far) + dFar);
        } else {
            double x = Math.exp(logX);
            flipped = BetaQuantile.mass(x, near, far) > 0.5; // take the smaller side
            mass = side(x, near, far, flipped);
            double h = STEP * near;
            double g = STEP * far;
            slopeNear = (side(x, near + h, far, flipped) - side(x, near - h, far, flipped)) / (2 * h);
            slopeFar = (side(x, near, far + g, flipped) - side(x, near, far - g, flipped)) / (2 * g);
        }
        boolean fromTop = upper != flipped;
        double kept = Math.max(TINY, Math.min(1 - TINY, mass));
        double z = NORMAL.inverseCumulativeProbability(kept);
        double scale = kept == mass ? Math.exp(0.5 * z * z + LOG_SQRT_TWO_PI) : 0;
        double sign = fromTop ? -1 : 1;
        double dNear = sign * slopeNear * scale;
        double dFar = sign * slopeFar * scale;
        return new Normal(sign * z, upper ? dFar : dNear, upper ? dNear : dFar);
    }

    private static boolean atEnd(double logX, double far) {
        return logX < SERIES && logX + Math.log(far) < 0;
    }

    private static double side(double x, double near, double far, boolean other) {
        return other ? BetaQuantile.mass(1 - x, far, near) : BetaQuantile.mass(x, near, far);
    }

    private static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /** {@code S} of {@link CutLatent}. */
    private static double series(double x, double near, double far) {
        double c = 1;
        double sum = 1;
        for (int k = 1; k <= 60 && Math.abs(c) > 1e-18; k++) {
            c *= (k - far) / k * x;
            sum += c * near / (near + k);
        }
        return sum;
    }
}
