package io.maskflow.policy.distribution;

import java.util.random.RandomGenerator;

/**
 * Draws from a Beta distribution: Cheng, R. C. H. (1978), "Generating Beta Variates with Nonintegral Shape Parameters",
 * Communications of the ACM 21, 317-322; algorithm BB where both shapes exceed 1, BC otherwise. Symbols and step numbers
 * are the article's. Uses {@link StrictMath}, so a stream gives the same draw on every platform. (Commons
 * RNG has the same algorithms on {@link Math}, with uniforms made of other bits: the same stream gives other draws there, and
 * not surely the same ones everywhere.)
 */
public final class BetaSampler {

    private static final double LN4 = StrictMath.log(4);
    private static final double ONE_PLUS_LN5 = 1 + StrictMath.log(5);

    private BetaSampler() {}

    /**
     * One draw.
     *
     * @param random the stream; a draw consumes two or more numbers
     * @param alpha first shape, above 0
     * @param beta second shape, above 0
     * @return in [0, 1]
     */
    public static double draw(RandomGenerator random, double alpha, double beta) {
        double smaller = Math.min(alpha, beta);
        double larger = Math.max(alpha, beta);
        return smaller > 1 ? bb(random, alpha, smaller, larger) : bc(random, alpha, larger, smaller);
    }

    private static double bb(RandomGenerator random, double a0, double a, double b) {
        double alpha = a + b;
        double beta = StrictMath.sqrt((alpha - 2) / (2 * a * b - alpha));
        double gamma = a + 1 / beta;
        while (true) {
            // step 1
            double u1 = open(random);
            double u2 = open(random);
            double v = beta * (StrictMath.log(u1) - StrictMath.log1p(-u1));
            double w = a * StrictMath.exp(v);
            double z = u1 * u1 * u2;
            double r = gamma * v - LN4;
            double s = a + r - w;
            // steps 2 to 4
            if (s + ONE_PLUS_LN5 >= 5 * z) {
                return share(a0 == a, w, b);
            }
            double t = StrictMath.log(z);
            if (s >= t || r + alpha * (StrictMath.log(alpha) - StrictMath.log(b + w)) >= t) {
                return share(a0 == a, w, b);
            }
        }
    }

    private static double bc(RandomGenerator random, double a0, double a, double b) {
        double alpha = a + b;
        double beta = 1 / b;
        double delta = 1 + a - b;
        double k1 = delta * (0.0138889 + 0.0416667 * b) / (a * beta - 0.777778);
        double k2 = 0.25 + (0.5 + 0.25 / delta) * b;
        while (true) {
            // step 1
            double u1 = open(random);
            double u2 = open(random);
            double y = u1 * u2;
            double z = u1 * y;
            boolean accepted = false;
            if (u1 < 0.5) {
                // step 2
                if (0.25 * u2 + z - y >= k1) {
                    continue;
                }
            } else {
                // steps 3 and 4
                accepted = z <= 0.25;
                if (!accepted && z >= k2) {
                    continue;
                }
            }
            double v = beta * (StrictMath.log(u1) - StrictMath.log1p(-u1));
            double w = Math.min(Double.MAX_VALUE, a * StrictMath.exp(v));
            // step 5
            if (accepted || alpha * (StrictMath.log(alpha) - StrictMath.log(b + w) + v) - LN4 >= StrictMath.log(z)) {
                return share(a0 == a, w, b);
            }
        }
    }

    /** Step 6: {@code w / (b + w)} if the first shape played the part of a, {@code b / (b + w)} otherwise. */
    private static double share(boolean first, double w, double b) {
        return first ? w / (b + w) : b / (b + w);
    }

    /** A number in (0, 1). */
    private static double open(RandomGenerator random) {
        return ((random.nextLong() >>> 12) + 0.5) * 0x1p-52;
    }
}
