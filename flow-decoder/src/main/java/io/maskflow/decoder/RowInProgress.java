package io.maskflow.decoder;

/** The rules of one decoder at work on one response: what a model call changes, and when the response is done. */
public interface RowInProgress {

    /**
     * Takes one step.
     *
     * @param prediction what the model said about this row
     * @param update receives the change of the row's states; untouched positions stay as they are
     * @return what happened
     */
    DecodingStep advance(RowPrediction prediction, StateUpdate.Row update);

    /**
     * Writes what must still happen to the states after the step was applied and seen, such as turning a finished block
     * into its clean tokens.
     *
     * @param update receives the change
     * @return false if nothing is to be done
     */
    default boolean settle(StateUpdate.Row update) {
        return false;
    }

    /** True when no further model call can change the response. */
    boolean finished();

    /** The response so far: {@code [N]} token ids; final once {@link #finished()}. */
    int[] tokens();

    /** {@code [N]} progress after the last step and before read-out; final once {@link #finished()}. */
    float[] finalProgress();
}
