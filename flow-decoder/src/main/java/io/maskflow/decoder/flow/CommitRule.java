package io.maskflow.decoder.flow;

/** How many positions hard commitment fixes in a step. */
public enum CommitRule {
    /** The most confident open one whose progress is below {@code commitBelow} (XF §3.4). */
    ONE,
    /**
     * Every open one with a confidence of at least {@code commitFrom}, whatever its progress, and that of {@link #ONE}. With
     * a step size of 1 for these and of 0 for the others, and {@code commitSeesOldProgress}, by which the one is the surest
     * of all open ones, this is threshold decoding (Fast-dLLM).
     */
    SURE,
    /** Every open one whose progress is at least {@code commitFrom}, and that of {@link #ONE}. */
    ARRIVED
}
