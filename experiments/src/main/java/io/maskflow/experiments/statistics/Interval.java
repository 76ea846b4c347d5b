package io.maskflow.experiments.statistics;

/**
 * An interval of a quantity.
 *
 * @param low lower end
 * @param high upper end, not below {@code low}
 */
public record Interval(double low, double high) {

    /** Refuses ends in the wrong order. */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("low must not exceed high, was " + low + " and " + high);
        }
    }
}
