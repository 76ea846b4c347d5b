package io.maskflow.reward.sandbox.process;

/** The grader cannot work on this machine as asked; the message is one line for a reader. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
