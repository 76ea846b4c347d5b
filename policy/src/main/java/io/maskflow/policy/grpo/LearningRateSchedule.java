package io.maskflow.policy.grpo;

import java.io.Serializable;

/**
 * The learning rate as a share of its peak, by training step.
 *
 * @param shape constant, linear or cosine fall after the warm-up; default constant
 * @param warmUp training steps of linear rise from {@code 1 / warmUp} of the peak, at least 0; default 0
 * @param floor share of the peak at the last step, in [0, 1]; default 0
 */
public record LearningRateSchedule(Shape shape, int warmUp, double floor) implements Serializable {

    /** The fall after the warm-up. */
    public enum Shape {
        /** None. */
        CONSTANT,
        /** Straight to the floor. */
        LINEAR,
        /** Half a cosine to the floor. */
        COSINE
    }

    /** Checks the ranges. */
    public LearningRateSchedule {
        if (warmUp < 0) {
            throw new IllegalArgumentException("grpo.schedule.warmUp must be at least 0, was " + warmUp);
        }
        if (!(floor >= 0 && floor <= 1)) {
            throw new IllegalArgumentException("grpo.schedule.floor must lie in [0, 1], was " + floor);
        }
    }

    /** Constant. */
    public static LearningRateSchedule defaults() {
        return new LearningRateSchedule(Shape.CONSTANT, 0, 0);
    }

    /**
     * The share of the peak.
     *
     * @param step 0-based training step
     * @param totalSteps training steps of the run; later steps keep the last value
     * @return in [0, 1]
     */
    public double share(long step, long totalSteps) {
        if (step < warmUp) {
            return (step + 1.0) / warmUp;
        }
        double done = Math.min(1, (double) (step - warmUp) / Math.max(1, totalSteps - 1 - warmUp));
        return switch (shape) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - (1 - floor) * done;
            case COSINE -> floor + (1 - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        };
    }
}
