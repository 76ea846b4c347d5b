package io.maskflow.reward.sandbox;

/** What one run in the sandbox gave: a claim of values, or an end without any. */
sealed interface Execution permits Execution.Claimed, Execution.Ended {
    /** CPU seconds of the run. */
    double cpuSeconds();

    /**
     * The run claims values for the holes of its test. They are bytes of the candidate's making until the judge has read them.
     *
     * @param values the encoded values, not copied
     */
    record Claimed(byte[] values, double cpuSeconds) implements Execution {}

    /**
     * The run gave no value.
     *
     * @param atParsing the program did not even parse, so no other test can end differently
     */
    record Ended(VerdictKind kind, String note, boolean atParsing, double cpuSeconds) implements Execution {}
}
