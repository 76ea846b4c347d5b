package io.maskflow.experiments.training.settings;

/**
 * When a run ends before its last step. Whichever comes first; what ended a run is in its manifest.
 *
 * @param noGain validations in a row without a better score than the best one, 0 for no such rule
 * @param hours hours of work: the sum of step and validation times, those before a resumption included; 0 for no such rule
 * @param calls model calls of the training samples, the sum of their {@code nfe}; 0 for no such rule
 * @param collapse when the policy is held to have collapsed: such a run has failed
 */
public record StopRules(int noGain, double hours, long calls, CollapseRules collapse) {

    /** Checks that nothing is negative. */
    public StopRules {
        if (noGain < 0) {
            throw new IllegalArgumentException("stop.noGain must be at least 0, 0 for none, was " + noGain);
        }
        if (!(hours >= 0)) {
            throw new IllegalArgumentException("stop.hours must be at least 0, 0 for none, was " + hours);
        }
        if (calls < 0) {
            throw new IllegalArgumentException("stop.calls must be at least 0, 0 for none, was " + calls);
        }
    }

    /** The run ends with its last step, unless its policy collapses. */
    public static StopRules defaults() {
        return new StopRules(0, 0, 0, CollapseRules.defaults());
    }
}
