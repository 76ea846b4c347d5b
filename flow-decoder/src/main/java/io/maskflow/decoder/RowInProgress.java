package io.maskflow.decoder;

import io.maskflow.decoder.backbone.Window;

/** The rules of one decoder at work on one response: what a model call changes, and when the response is done. */
public interface RowInProgress {

    /**
     * Positions this row works on, if they are more than the response has: those of its last block that are cut off
     * afterwards.
     */
    default int positions() {
        return 0;
    }

    /**
     * What the coming model call computes of this row.
     *
     * @param length positions of the session, at least {@link #positions()}
     * @return a window that wants at least the positions that {@link #advance} looks at; default everything
     */
    default Window window(int length) {
        return Window.whole(length);
    }

    /**
     * The uniform number in [0, 1) that draws the token of response position {@code i} in the coming step; asked only if
     * the decoder's rules draw tokens.
     */
    default double tokenDraw(int i) {
        return 0;
    }

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

    /**
     * The tokens that stand fast, from the left: what no later step changes. Always a prefix of what {@link #tokens()} gives
     * at the end, and never shorter than before.
     */
    default int[] settled() {
        return finished() ? tokens() : new int[0];
    }

    /** {@code [N]} progress after the last step and before read-out; final once {@link #finished()}. */
    float[] finalProgress();
}
