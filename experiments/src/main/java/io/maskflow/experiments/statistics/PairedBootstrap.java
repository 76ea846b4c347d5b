package io.maskflow.experiments.statistics;

import io.maskflow.decoder.random.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
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

    private Interval interval(List<double[][]> systems, ToDoubleFunction<double[]> statistic, double level) {
        return intervals(systems, means -> new double[] {statistic.applyAsDouble(means)}, level)
                .get(0);
    }

    /**
     * Percentile intervals of functions of the systems' means, the same problems drawn for all of them. A resample of which a
     * function says nothing (NaN) is left out for that function.
     *
     * @param systems each {@code [problems][tries]}, the same problems in the same order
     * @param statistics from the systems' means over their tries to the values of all functions
     * @param level coverage in (0, 1)
     * @return one interval for each function; without ends where no resample says anything
     */
    public List<Interval> intervals(List<double[][]> systems, UnaryOperator<double[]> statistics, double level) {
        int problems = systems.get(0).length;
        for (double[][] system : systems) {
            if (system.length != problems || problems == 0) {
                throw new IllegalArgumentException(
                        "the bootstrap needs the same problems of both systems, at least one, were " + problems
                                + " and " + system.length);
            }
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must lie in (0, 1), was " + level);
        }
        int size = systems.size();
        double[][] sums = new double[problems][size];
        double[][] tries = new double[problems][size];
        for (int s = 0; s < size; s++) {
            for (int i = 0; i < problems; i++) {
                sums[i][s] = Arrays.stream(systems.get(s)[i]).sum();
                tries[i][s] = systems.get(s)[i].length;
            }
        }
        RandomGenerator random = RandomStreams.of(seed, "resample", 0, 0, 0, 0);
        double[][] values = new double[resamples][];
        double[] mean = new double[size];
        double[] n = new double[size];
        for (int b = 0; b < resamples; b++) {
            Arrays.fill(mean, 0);
            Arrays.fill(n, 0);
            for (int i = 0; i < problems; i++) {
                int problem = random.nextInt(problems);
                for (int s = 0; s < size; s++) {
                    mean[s] += sums[problem][s];
                    n[s] += tries[problem][s];
                }
            }
            for (int s = 0; s < size; s++) {
                mean[s] /= n[s];
            }
            values[b] = statistics.apply(mean);
        }
        List<Interval> intervals = new ArrayList<>();
        for (int f = 0; f < values[0].length; f++) {
            int function = f;
            double[] known = Arrays.stream(values)
                    .mapToDouble(all -> all[function])
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            intervals.add(percentiles(known, level));
        }
        return intervals;
    }

    private static Interval percentiles(double[] known, double level) {
        if (known.length == 0) {
            return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(known);
        double tail = 50 * (1 - level);
        return new Interval(percentile.evaluate(tail == 0 ? 1e-9 : tail), percentile.evaluate(100 - tail));
    }
}
