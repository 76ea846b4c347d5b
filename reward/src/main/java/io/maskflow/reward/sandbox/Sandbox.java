package io.maskflow.reward.sandbox;

/** One worker that runs candidates one after the other, each run in a process of its own. Used by one thread at a time. */
interface Sandbox extends AutoCloseable {
    /**
     * Runs one job: the program, its set-up and the holes of one test.
     *
     * @param job the job as JSON, at most 8 MiB
     * @throws BrokenException if the worker died, fell silent or broke the protocol; it is closed then
     */
    Execution run(byte[] job, SandboxLimits limits) throws BrokenException;

    /** Process id of the worker on this machine, or -1. */
    long pid();

    /** Ends the worker at once; may be called by another thread. */
    void destroy();

    @Override
    void close();
}
