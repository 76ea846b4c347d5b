package io.maskflow.alignment;

/** A training was asked to stop; everything that a resume needs is saved. */
public final class TrainingStopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingStopped(long step) {
        super("stopped after step " + step);
    }
}
