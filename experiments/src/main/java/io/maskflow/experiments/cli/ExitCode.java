package io.maskflow.experiments.cli;

/** How a command ends. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int BELOW_THRESHOLD = 3;
    /** Ctrl-C. */
    static final int INTERRUPTED = 130;
    /** SIGTERM. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
