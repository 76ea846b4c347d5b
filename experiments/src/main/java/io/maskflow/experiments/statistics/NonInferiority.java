package io.maskflow.experiments.statistics;

/**
 * Whether a system is at most a margin worse than another one. Not having found a difference does not show it; an interval
 * of the difference that lies above minus the margin does.
 *
 * <p>The margin is chosen before looking. With a two-sided interval of 95 % the test has a one-sided level of 2.5 %.
 *
 * @param difference score of the system less that of the reference
 * @param interval two-sided interval of the difference
 * @param margin what may be lost, above 0
 */
public record NonInferiority(double difference, Interval interval, double margin) {

    /** Checks the margin. */
    public NonInferiority {
        if (!(margin > 0)) {
            throw new IllegalArgumentException("margin must be above 0, was " + margin);
        }
    }

    /** Whether the interval lies above {@code -margin}. */
    public boolean holds() {
        return interval.low() > -margin;
    }

    /** Whether the system is shown to be better: the interval lies above 0. */
    public boolean superior() {
        return interval.low() > 0;
    }

    /** Whether the system is shown to be worse by more than the margin: the interval lies below {@code -margin}. */
    public boolean inferior() {
        return interval.high() < -margin;
    }
}
