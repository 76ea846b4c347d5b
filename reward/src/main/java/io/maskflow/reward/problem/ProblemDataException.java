package io.maskflow.reward.problem;

/** A problem or program file cannot be read; the message names file, line and reason. */
public final class ProblemDataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ProblemDataException(String message) {
        super(message);
    }

    public ProblemDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
