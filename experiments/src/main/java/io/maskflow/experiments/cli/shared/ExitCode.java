package io.maskflow.experiments.cli.shared;

/** How a command ends. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_USAGE = 2;
    public static final int BELOW_THRESHOLD = 3;
    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;
    /** SIGTERM. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
