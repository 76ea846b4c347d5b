package io.maskflow.experiments.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's step-down correction for many comparisons at once. */
public final class Holm {

    private Holm() {}

    /**
     * Corrects p values: the {@code k}-th smallest of {@code m} is multiplied by {@code m - k + 1}, never falls below its
     * predecessor and never exceeds 1.
     *
     * @param p values in [0, 1]
     * @return corrected values, in the order given
     */
    public static double[] correct(double[] p) {
        for (double value : p) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("p must lie in [0, 1], was " + value);
            }
        }
        int[] ascending = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] corrected = new double[p.length];
        double before = 0;
        for (int k = 0; k < p.length; k++) {
            before = Math.max(before, Math.min(1, (p.length - k) * p[ascending[k]]));
            corrected[ascending[k]] = before;
        }
        return corrected;
    }
}
