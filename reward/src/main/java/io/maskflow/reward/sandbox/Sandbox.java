package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;

/**
 * One worker that runs candidates one after the other, each test item in a process of its own. A process is opened with a job and its
 * first request and asked on until the next one is opened. Used by one thread at a time.
 */
interface Sandbox extends AutoCloseable {
    /**
     * Starts a process with a program, and asks it for the first time; a process that is still open ends.
     *
     * @param job program and first request, see {@link Job}
     * @param limits of this request
     * @throws BrokenException if the worker died, fell silent or broke the protocol; it is closed then
     */
    Execution open(byte[] job, SandboxLimits limits) throws BrokenException;

    /**
     * Asks the open process.
     *
     * @param request the bytes of the judge, not read here
     * @param limits of this request
     * @throws BrokenException if the worker died, fell silent or broke the protocol; it is closed then
     */
    Execution ask(byte[] request, SandboxLimits limits) throws BrokenException;

    /**
     * Ends the open process, if there is one.
     *
     * @throws BrokenException if the worker is gone
     */
    void end() throws BrokenException;

    /** Process id of the worker on this machine, or -1. */
    long pid();

    /** Ends the worker at once; may be called by another thread. */
    void destroy();

    @Override
    void close();
}
