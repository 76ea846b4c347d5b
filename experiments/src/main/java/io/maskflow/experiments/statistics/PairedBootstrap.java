package io.maskflow.experiments.statistics;

import io.maskflow.decoder.random.RandomStreams;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * The interval of a difference of two means by resampling problems. A problem that was tried with several seeds is one
 * cluster: its tries are drawn together, because they are not independent.
 *
 * @param resamples how many resamples, at least 1
 * @param seed seed of the draws; equal seeds give equal intervals
 */
public record PairedBootstrap(int resamples, long seed) {

    /** 10,000 resamples. */
    public static final PairedBootstrap USUAL = new PairedBootstrap(10_000, 20_260_101L);

    /** Refuses no resamples. */
    public PairedBootstrap {
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples must be at least 1, was " + resamples);
        }
    }

    /**
     * Percentile interval of {@code mean(first) - mean(second)}.
     *
     * @param first {@code [problems][tries]} scores of the first system
     * @param second scores of the second, the same problems in the same order
     * @param level coverage in (0, 1)
     * @return the interval of the difference of the means over all tries
     */
    public Interval difference(double[][] first, double[][] second, double level) {
        if (first.length != second.length || first.length == 0) {
            throw new IllegalArgumentException(
                    "the bootstrap needs the same problems of both systems, at least one, were " + first.length
                            + " and " + second.length);
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must lie in (0, 1), was " + level);
        }
        int problems = first.length;
        double[] sumFirst =
                Arrays.stream(first).mapToDouble(PairedBootstrap::sum).toArray();
        double[] sumSecond =
                Arrays.stream(second).mapToDouble(PairedBootstrap::sum).toArray();
        RandomGenerator random = RandomStreams.of(seed, "resample", 0, 0, 0, 0);
        double[] differences = new double[resamples];
        for (int b = 0; b < resamples; b++) {
            double a = 0;
            double c = 0;
            long tries = 0;
            long otherTries = 0;
            for (int i = 0; i < problems; i++) {
                int problem = random.nextInt(problems);
                a += sumFirst[problem];
                c += sumSecond[problem];
                tries += first[problem].length;
                otherTries += second[problem].length;
            }
            differences[b] = a / tries - c / otherTries;
        }
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(differences);
        double tail = 50 * (1 - level);
        return new Interval(percentile.evaluate(tail == 0 ? 1e-9 : tail), percentile.evaluate(100 - tail));
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}
