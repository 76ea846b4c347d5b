package io.maskflow.experiments.statistics;

import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Mean and standard deviation (with {@code n - 1}) of a few runs.
 *
 * @param mean NaN without values
 * @param deviation 0 for a single value, NaN without values
 * @param n how many values
 */
public record MeanAndDeviation(double mean, double deviation, long n) {

    /** Of these values. */
    public static MeanAndDeviation of(double... values) {
        SummaryStatistics summary = new SummaryStatistics();
        for (double value : values) {
            summary.addValue(value);
        }
        return new MeanAndDeviation(summary.getMean(), summary.getStandardDeviation(), summary.getN());
    }

    /** {@code 47.0 ± 1.2 (n = 3)}; the spread is left out for a single value. */
    @Override
    public String toString() {
        return n < 2
                ? String.format(Locale.ROOT, "%.4g (n = %d)", mean, n)
                : String.format(Locale.ROOT, "%.4g ± %.2g (n = %d)", mean, deviation, n);
    }
}
