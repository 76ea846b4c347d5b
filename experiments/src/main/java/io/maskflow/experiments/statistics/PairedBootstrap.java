package io.maskflow.experiments.statistics;

import io.maskflow.decoder.random.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
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
        return interval(List.of(first, second), means -> means[0] - means[1], level);
    }

    /**
     * Percentile interval of the share of a gap that a system covers, {@code (mean(x) - mean(base)) / (mean(top) -
     * mean(base))}. Resamples whose gap is not above 0 say nothing of the share and are left out.
     *
     * @param x {@code [problems][tries]} scores of the system
     * @param base where the gap begins, the same problems in the same order
     * @param top where it ends
     * @param level coverage in (0, 1)
     */
    public Interval recovered(double[][] x, double[][] base, double[][] top, double level) {
        return interval(
                List.of(x, base, top),
                means -> means[2] > means[1] ? (means[0] - means[1]) / (means[2] - means[1]) : Double.NaN,
                level);
    }

    /** Percentile interval of a function of the systems' means, the same problems drawn for all of them. */
    private Interval interval(List<double[][]> systems, ToDoubleFunction<double[]> statistic, double level) {
        int problems = systems.get(0).length;
        for (double[][] system : systems) {
            if (system.length != problems || problems == 0) {
                throw new IllegalArgumentException(
                        "the bootstrap needs the same problems of both systems, at least one, were " + problems + " and "
                                + system.length);
            }
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must lie in (0, 1), was " + level);
        }
        double[][] sums = systems.stream()
                .map(system -> Arrays.stream(system)
                        .mapToDouble(tries -> Arrays.stream(tries).sum())
                        .toArray())
                .toArray(double[][]::new);
        RandomGenerator random = RandomStreams.of(seed, "resample", 0, 0, 0, 0);
        double[] values = new double[resamples];
        double[] mean = new double[sums.length];
        long[] tries = new long[sums.length];
        for (int b = 0; b < resamples; b++) {
            Arrays.fill(mean, 0);
            Arrays.fill(tries, 0);
            for (int i = 0; i < problems; i++) {
                int problem = random.nextInt(problems);
                for (int s = 0; s < mean.length; s++) {
                    mean[s] += sums[s][problem];
                    tries[s] += systems.get(s)[problem].length;
                }
            }
            for (int s = 0; s < mean.length; s++) {
                mean[s] /= tries[s];
            }
            values[b] = statistic.applyAsDouble(mean);
        }
        double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(known);
        double tail = 50 * (1 - level);
        return new Interval(percentile.evaluate(tail == 0 ? 1e-9 : tail), percentile.evaluate(100 - tail));
    }
}
