package io.maskflow.experiments.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's test of two systems on the same problems: only the pairs where exactly one of them succeeds count.
 *
 * @param wins pairs that only the first system solved
 * @param losses pairs that only the second one solved
 */
public record McNemar(int wins, int losses) {

    /** Refuses negative counts. */
    public McNemar {
        if (wins < 0 || losses < 0) {
            throw new IllegalArgumentException("wins and losses must be at least 0, were " + wins + " and " + losses);
        }
    }

    /**
     * Counts the pairs.
     *
     * @param first whether the first system solved each problem
     * @param second the same for the second, in the same order
     * @return wins and losses of the first
     */
    public static McNemar of(boolean[] first, boolean[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(
                    "pairs need equally many problems, were " + first.length + " and " + second.length);
        }
        int wins = 0;
        int losses = 0;
        for (int i = 0; i < first.length; i++) {
            wins += first[i] && !second[i] ? 1 : 0;
            losses += second[i] && !first[i] ? 1 : 0;
        }
        return new McNemar(wins, losses);
    }

    /** Exact two-sided p: {@code min(1, 2 P(X <= min(wins, losses)))} with {@code X ~ Bin(wins + losses, 1/2)}. */
    public double exact() {
        if (wins + losses == 0) {
            return 1;
        }
        return Math.min(1, 2 * fair().cumulativeProbability(Math.min(wins, losses)));
    }

    /** Mid-p: as {@link #exact} with half of the probability of what was seen taken off; 1 without discordant pairs. */
    public double midP() {
        if (wins + losses == 0 || wins == losses) {
            return 1;
        }
        int fewer = Math.min(wins, losses);
        return Math.min(1, 2 * fair().cumulativeProbability(fewer) - fair().probability(fewer));
    }

    private BinomialDistribution fair() {
        return new BinomialDistribution(null, wins + losses, 0.5);
    }
}
