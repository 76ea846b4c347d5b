package io.maskflow.experiments.cli.shared;

/** How a command ends. */
public final class ExitCode {

    /** All that was asked for. */
    public static final int DONE = 0;
    /** The run failed. */
    public static final int FAILED = 1;
    /** Wrong usage or settings. */
    public static final int WRONG_USAGE = 2;
    /** The result fell short of an asked threshold. */
    public static final int BELOW_THRESHOLD = 3;
    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;
    /** SIGTERM. */
    static final int TERMINATED = 143;

    private ExitCode() {}
}
