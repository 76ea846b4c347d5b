package io.maskflow.reward.sandbox.process;

/** A worker or a judge died, fell silent or broke the protocol: an outage, never a property of the program under test. */
public final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    /** An outage in words. */
    public BrokenException(String message) {
        super(message);
    }

    /** An outage and what it came from. */
    public BrokenException(String message, Throwable cause) {
        super(cause.getMessage() == null ? message : message + ": " + cause.getMessage(), cause);
    }
}
