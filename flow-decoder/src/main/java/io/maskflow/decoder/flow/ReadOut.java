package io.maskflow.decoder.flow;

/** What becomes of a position that was never committed, at the end. XF does not say. */
public enum ReadOut {
    /** The prediction of the last model call; the step after it changes no token. */
    LAST_PREDICTION,
    /**
     * The token that holds the largest share of the position's state after the last step: what the nearest embedding would
     * be, were all embeddings equally long and at right angles.
     */
    HEAVIEST_TOKEN
}
