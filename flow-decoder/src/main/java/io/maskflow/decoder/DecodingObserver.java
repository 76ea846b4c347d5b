package io.maskflow.decoder;

/** Watches a decoding: training records trajectories with it, the replay page draws from it, tests check with it. */
public interface DecodingObserver {

    /** Watches nothing. */
    DecodingObserver NONE = step -> {};

    /**
     * Called once per row that took part in a step, after the step, in row order.
     *
     * @param step what happened; its arrays are fresh for each call and may be kept
     */
    void onStep(DecodingStep step);

    /**
     * Called once per batch, after its last step.
     *
     * @param sequencesComputed sequences that went through the network for the whole batch; less than the sum of the rows'
     *     {@code nfe} where rows shared a prediction
     */
    default void onEnd(long sequencesComputed) {}
}
