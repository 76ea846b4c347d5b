package io.maskflow.decoder;

import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;

/** One row of a {@link Prediction}: what the model says about each response position of one response. */
public final class RowPrediction {

    private final Prediction prediction;
    private final int offset;
    private final Window window;

    /**
     * Looks at one row.
     *
     * @param prediction statistics of the whole batch
     * @param row row of the session
     * @param length positions of the session
     * @param window which of them were wanted
     */
    public RowPrediction(Prediction prediction, int row, int length, Window window) {
        this.prediction = prediction;
        this.offset = row * length;
        this.window = window;
    }

    /** Whether there is a prediction for response position {@code i}; the other methods need one. */
    public boolean covers(int i) {
        return i >= window.wantedFrom() && i < window.wantedTo();
    }

    /** Most probable token of response position {@code i}. */
    public int argmax(int i) {
        return prediction.argmax()[offset + i];
    }

    /** Probability of {@link #argmax(int)}, in [0, 1]. */
    public float confidence(int i) {
        return Math.min(1f, prediction.argmaxProbability()[offset + i]);
    }

    /** How many of the most probable tokens are there. */
    public int topK() {
        return prediction.k();
    }

    /** Token of rank {@code k}, 0 for the most probable; the decoder's rules must have asked for names. */
    public int topId(int i, int k) {
        return prediction.topId()[(offset + i) * prediction.k() + k];
    }

    /** Probability of the token of rank {@code k}. */
    public float topProbability(int i, int k) {
        return prediction.topProbability()[(offset + i) * prediction.k() + k];
    }

    /** Entropy of the whole distribution, in nats. */
    public float entropy(int i) {
        return prediction.entropy()[offset + i];
    }

    /** Entropy of the distribution whose expected embedding the decoder's rules asked for, in nats. */
    public float temperedEntropy(int i) {
        return prediction.temperedEntropy()[offset + i];
    }
}
