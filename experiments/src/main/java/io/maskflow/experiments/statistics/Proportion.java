package io.maskflow.experiments.statistics;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A share of successes.
 *
 * @param successes in {@code [0, n]}
 * @param n trials, at least 0
 */
public record Proportion(long successes, long n) {

    /** Refuses counts that are no share. */
    public Proportion {
        if (n < 0 || successes < 0 || successes > n) {
            throw new IllegalArgumentException("successes must lie in [0, n], was " + successes + " of " + n);
        }
    }

    /** {@code successes / n}, NaN when nothing was tried. */
    public double value() {
        return (double) successes / n;
    }

    /**
     * Wilson's score interval: all {@code p} that a two-sided score test would not reject.
     *
     * <pre>(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)</pre>
     *
     * @param level coverage in (0, 1), such as 0.95
     * @return the interval; [0, 1] when nothing was tried
     */
    public Interval wilson(double level) {
        return wilson(level, n);
    }

    /**
     * The same for trials that are not independent: the share stays, and only {@code independent} of the trials count. Three seeds
     * of one problem are one trial, not three.
     *
     * @param level coverage in (0, 1), such as 0.95
     * @param independent in [0, n]
     * @return the interval; [0, 1] when nothing was tried
     */
    public Interval wilson(double level, long independent) {
        requireLevel(level);
        if (independent < 0 || independent > n) {
            throw new IllegalArgumentException("independent must lie in [0, " + n + "], was " + independent);
        }
        if (independent == 0) {
            return new Interval(0, 1);
        }
        double z = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(0.5 + level / 2);
        double p = value();
        double m = independent;
        double zz = z * z;
        double centre = p + zz / (2 * m);
        double reach = z * Math.sqrt(p * (1 - p) / m + zz / (4.0 * m * m));
        double scale = 1 + zz / m;
        // At 0 and n successes one end is exact; rounding must not move it.
        double low = successes == 0 ? 0 : Math.max(0, (centre - reach) / scale);
        double high = successes == n ? 1 : Math.min(1, (centre + reach) / scale);
        return new Interval(low, high);
    }

    /**
     * The exact (Clopper-Pearson) interval from the quantiles of two Beta distributions.
     *
     * @param level coverage in (0, 1)
     * @return the interval; [0, 1] when nothing was tried
     */
    public Interval clopperPearson(double level) {
        requireLevel(level);
        double tail = (1 - level) / 2;
        double low = successes == 0 ? 0 : quantile(successes, n - successes + 1.0, tail);
        double high = successes == n ? 1 : quantile(successes + 1.0, n - successes, 1 - tail);
        return new Interval(low, high);
    }

    private static double quantile(double alpha, double beta, double p) {
        BetaDistribution distribution = new BetaDistribution(null, alpha, beta, 1e-14);
        double x = distribution.inverseCumulativeProbability(p);
        // The solver stops at a relative 1e-8 for small quantiles; two Newton steps take it to rounding.
        for (int step = 0; step < 2; step++) {
            double slope = distribution.density(x);
            if (slope > 0) {
                x = Math.min(1, Math.max(0, x - (distribution.cumulativeProbability(x) - p) / slope));
            }
        }
        return x;
    }

    private static void requireLevel(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must lie in (0, 1), was " + level);
        }
    }
}
