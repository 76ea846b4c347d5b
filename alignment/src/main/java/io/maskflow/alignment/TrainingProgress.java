package io.maskflow.alignment;

import java.util.Map;

/** Is told after each training step; may print, draw or stop the run by throwing. */
@FunctionalInterface
public interface TrainingProgress {

    /** Nothing is shown. */
    TrainingProgress SILENT = report -> {};

    /**
     * After a step.
     *
     * @param report what happened
     */
    void stepDone(Report report);

    /** Asked after every step: whether to save and stop, with {@link TrainingStopped}. */
    default boolean stopRequested() {
        return false;
    }

    /**
     * One step.
     *
     * @param step counted from 1
     * @param steps length of the run
     * @param loss mean over the step's batches
     * @param learningRate rate used
     * @param gradientNorm before the clip
     * @param tokensPerSecond of this step
     * @param secondsLeft estimate, from the mean time of the steps so far
     * @param metrics what the objective adds
     */
    record Report(
            long step,
            long steps,
            double loss,
            double learningRate,
            double gradientNorm,
            double tokensPerSecond,
            double secondsLeft,
            Map<String, Double> metrics) {}
}
