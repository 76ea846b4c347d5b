package io.maskflow.decoder.tensor;

/** A checkpoint that is missing, damaged or not what was asked for. The message names file, tensor and field. */
public final class CheckpointException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * With a message for the user.
     *
     * @param message names file, tensor or field, the value found and what is accepted
     */
    public CheckpointException(String message) {
        super(message);
    }

    /**
     * With a message for the user and its cause.
     *
     * @param message names file, tensor or field
     * @param cause what happened below
     */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
