package io.maskflow.decoder.softmask;

import java.io.Serializable;

/**
 * How the feedback depends on time: a factor of {@code lambda} that is a function of {@code t / T}, where {@code t} runs
 * from {@code T} in the first step down to 1 in the last.
 *
 * @param shape how the factor changes
 * @param clock what {@code t / T} is
 * @param threshold {@code t' / T} of the stepwise shapes, in [0, 1]
 * @paper SM App. B.4
 */
public record FeedbackSchedule(Shape shape, Clock clock, double threshold) implements Serializable {

    /** How the factor changes. */
    public enum Shape {
        /** 1 throughout. */
        NONE,
        /** {@code 1 if t <= t'}: binary masks first. */
        BINARY_TO_SM_STEP,
        /** {@code 1 if t >= t'}: soft masks first. */
        SM_TO_BINARY_STEP,
        /** {@code 1 - t/T}. */
        BINARY_TO_SM_LINEAR,
        /** {@code t/T}. */
        SM_TO_BINARY_LINEAR
    }

    /** What {@code t / T} is. */
    public enum Clock {
        /** The steps: {@code (T - l) / T} in step {@code l}, as in the paper. */
        STEPS,
        /**
         * The share of the response that is masked after the step, as in the published code; its stepwise switch leaves the threshold
         * itself to the second phase.
         */
        MASKED
    }

    /** Checks the range. */
    public FeedbackSchedule {
        if (shape == null || clock == null) {
            throw new IllegalArgumentException("a schedule needs a shape and a clock");
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold must lie in [0, 1], was " + threshold);
        }
    }

    /** No dependence on time. */
    public static FeedbackSchedule defaults() {
        return new FeedbackSchedule(Shape.NONE, Clock.STEPS, 0.5);
    }

    /**
     * The factor.
     *
     * @param t {@code t / T}, in [0, 1]
     * @return in [0, 1]
     */
    public double factor(double t) {
        boolean early = clock == Clock.STEPS ? t >= threshold : t > threshold;
        return switch (shape) {
            case NONE -> 1;
            case SM_TO_BINARY_STEP -> early ? 1 : 0;
            case BINARY_TO_SM_STEP -> t <= threshold ? 1 : 0;
            case SM_TO_BINARY_LINEAR -> t;
            case BINARY_TO_SM_LINEAR -> 1 - t;
        };
    }
}
