package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.suite.VerdictKind;

/** What one request to the sandbox gave: an answer, or an end without any. */
sealed interface Execution permits Execution.Claimed, Execution.Ended {
    /** CPU seconds of the request. */
    double cpuSeconds();

    /**
     * The process answers. What it says are bytes of the candidate's making until the judge has read them.
     *
     * @param answer the answer, not copied
     * @param compiled the compiled program where it was asked for, else empty; for the sandbox only
     */
    record Claimed(byte[] answer, byte[] compiled, double cpuSeconds) implements Execution {}

    /**
     * There is no answer, and no process any more.
     *
     * @param atParsing the program did not even parse, so no other test can end differently
     */
    record Ended(VerdictKind kind, String note, boolean atParsing, double cpuSeconds) implements Execution {}
}
