package io.maskflow.policy.distribution;

import static io.maskflow.policy.distribution.SpecialFunctions.digamma;

import io.maskflow.policy.distribution.StepDistribution.Slope;

/**
 * The latent that is acted on: {@code y ~ Beta(alpha, beta)} cut to {@code [}{@link #BOTTOM}{@code , }{@link #TOP}{@code ]}.
 * A policy that is nearly sure of a whole step has {@code beta} of some thousandths, and then most draws lie closer to 1 than
 * a float32 can say; all of them take the same step. So the law of {@code y} is the Beta density inside and an atom at each
 * end that holds what was cut off, and likelihoods, scores and entropy are those of this law. (Scored by the density at the
 * cut, fresh draws have scores whose mean is not zero.)
 *
 * <p>With {@code b} the shape at an end, {@code a} the other one and {@code e} the distance of the cut from the end, the atom
 * holds
 *
 * <pre>
 *   I_e(b, a) = e^b / (b B(a, b)) S,    S = sum_k (1 - a)_k / k!  b / (b + k)  e^k,
 * </pre>
 *
 * a series of a few terms, since {@code e} is about 1e-6. Natural logarithms throughout.
 *
 * @param alpha shape at 0, above 0, at most 1e6
 * @param beta shape at 1, above 0, at most 1e6
 * @param logBeta {@code ln B(alpha, beta)}
 */
public record CutLatent(double alpha, double beta, double logBeta) {

    /** Largest latent: everything above it acts as it does. */
    public static final float TOP = (float) (1 - 1e-6);
    /** Smallest latent: everything below it acts as it does. */
    public static final float BOTTOM = (float) 1e-6;

    private static final double FROM_TOP = 1 - (double) TOP;
    private static final double FROM_BOTTOM = BOTTOM;

    /** The cut law of a distribution. */
    public static CutLatent of(StepDistribution y) {
        return new CutLatent(y.alpha(), y.beta(), y.logBeta());
    }

    /**
     * Cuts and rounds a draw; only what was cut is {@link #TOP} or {@link #BOTTOM}.
     *
     * @param drawn in [0, 1]
     */
    public static float cut(double drawn) {
        if (drawn >= TOP) {
            return TOP;
        }
        if (drawn <= BOTTOM) {
            return BOTTOM;
        }
        return Math.max(Math.nextUp(BOTTOM), Math.min(Math.nextDown(TOP), (float) drawn));
    }

    /** Whether a latent is an atom: that of the upper end, or that of the lower. */
    public static boolean atom(double y) {
        return y >= TOP || y <= BOTTOM;
    }

    /**
     * {@code ln p(y)}: density inside, mass at the ends.
     *
     * @param y from {@link #cut}
     */
    public double logProbability(double y) {
        if (atom(y)) {
            return logMass(y >= TOP);
        }
        return (alpha - 1) * Math.log(y) + (beta - 1) * Math.log1p(-y) - logBeta;
    }

    /** {@code ln} of the mass at an end. */
    public double logMass(boolean upper) {
        double e = upper ? FROM_TOP : FROM_BOTTOM;
        double b = upper ? beta : alpha;
        return b * Math.log(e) - Math.log(b) - logBeta + Math.log(new Series(e, b, upper ? alpha : beta).sum);
    }

    /**
     * Derivatives of {@link #logMass} with respect to {@code alpha} and {@code beta}.
     *
     * @param psiAlpha {@code psi(alpha)}, like the next two
     */
    public ShapeSlope logMassSlope(boolean upper, double psiAlpha, double psiBeta, double psiKappa) {
        double e = upper ? FROM_TOP : FROM_BOTTOM;
        double b = upper ? beta : alpha;
        Series s = new Series(e, b, upper ? alpha : beta);
        double near = Math.log(e) - 1 / b - (upper ? psiBeta : psiAlpha) + psiKappa + s.slopeNear / s.sum;
        double far = -(upper ? psiAlpha : psiBeta) + psiKappa + s.slopeFar / s.sum;
        return upper ? new ShapeSlope(far, near) : new ShapeSlope(near, far);
    }

    /**
     * Entropy of the cut law, relative to length inside and to one for each atom: {@code -sum p ln p - int f ln f}. At most 0
     * for a Beta without atoms, never far below -4 for the bounds of a policy here, where the entropy of the uncut Beta falls
     * without end as a shape nears 0. Exact to about {@code (alpha + beta) 1e-6}.
     */
    public double entropy() {
        double kappa = alpha + beta;
        double whole =
                logBeta - (alpha - 1) * digamma(alpha) - (beta - 1) * digamma(beta) + (kappa - 2) * digamma(kappa);
        return whole + atomTerm(true) + atomTerm(false);
    }

    /** {@code -p ln p} and what the tail had in the whole: {@code p ((b - 1)(ln e - 1 / b) - ln B - ln p)}. */
    private double atomTerm(boolean upper) {
        double e = upper ? FROM_TOP : FROM_BOTTOM;
        double b = upper ? beta : alpha;
        double logP = logMass(upper);
        return Math.exp(logP) * ((b - 1) * (Math.log(e) - 1 / b) - logBeta - logP);
    }

    /** Derivatives of {@link #entropy} with respect to mean and concentration. */
    public Slope entropySlope() {
        double kappa = alpha + beta;
        double psiA = digamma(alpha);
        double psiB = digamma(beta);
        double psiK = digamma(kappa);
        double common = (kappa - 2) * SpecialFunctions.trigamma(kappa);
        double dAlpha = common - (alpha - 1) * SpecialFunctions.trigamma(alpha);
        double dBeta = common - (beta - 1) * SpecialFunctions.trigamma(beta);
        for (boolean upper : new boolean[] {true, false}) {
            double e = upper ? FROM_TOP : FROM_BOTTOM;
            double b = upper ? beta : alpha;
            double q = Math.log(e) - 1 / b;
            double logP = logMass(upper);
            double p = Math.exp(logP);
            ShapeSlope mass = logMassSlope(upper, psiA, psiB, psiK);
            double inner = (b - 1) * q - logBeta - logP - 1;
            double own = q + (b - 1) / (b * b);
            dAlpha += p * (mass.alpha() * inner - (psiA - psiK) + (upper ? 0 : own));
            dBeta += p * (mass.beta() * inner - (psiB - psiK) + (upper ? own : 0));
        }
        double mu = alpha / kappa;
        return new Slope(kappa * (dAlpha - dBeta), mu * dAlpha + (1 - mu) * dBeta);
    }

    /**
     * Derivatives of a scalar.
     *
     * @param alpha with respect to the shape at 0
     * @param beta with respect to the shape at 1
     */
    public record ShapeSlope(double alpha, double beta) {}

    /** {@code S} and its derivatives. */
    private static final class Series {
        private double sum = 1;
        private double slopeNear;
        private double slopeFar;

        Series(double e, double b, double a) {
            double c = 1; // (1 - a)_k / k! e^k
            double dc = 0; // d c / d a
            for (int k = 1; k <= 60; k++) {
                double factor = (k - a) / k * e;
                dc = dc * factor - c * e / k;
                c *= factor;
                double share = b / (b + k);
                sum += c * share;
                slopeNear += c * k / ((b + k) * (b + k));
                slopeFar += dc * share;
                if (Math.abs(c) < 1e-18 && Math.abs(dc) < 1e-18) {
                    break;
                }
            }
        }
    }
}
