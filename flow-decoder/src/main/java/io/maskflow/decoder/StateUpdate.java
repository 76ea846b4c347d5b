package io.maskflow.decoder;

import io.maskflow.decoder.backbone.DecodingSession;
import java.util.Arrays;

/**
 * The affine update of all states after a model call: {@code x_i = keep_i x_i + toToken_i E[token_i] + toMask_i m}.
 *
 * <p>Starts as "nothing moves" ({@code keep = 1}). Each row writes its own positions through {@link #row(int)}; the whole
 * is then applied inside the engine at once.
 */
public final class StateUpdate {

    private final int length;
    private final float[] keep;
    private final float[] toToken;
    private final float[] toMask;
    private final int[] token;

    /**
     * An update that moves nothing yet.
     *
     * @param rows rows of the session
     * @param length {@code N}
     */
    public StateUpdate(int rows, int length) {
        this.length = length;
        this.keep = new float[rows * length];
        this.toToken = new float[rows * length];
        this.toMask = new float[rows * length];
        this.token = new int[rows * length];
        Arrays.fill(keep, 1f);
    }

    /** The part of one row of the session. */
    public Row row(int row) {
        return new Row(row * length);
    }

    /** Applies the update to the states inside the engine. */
    public void applyTo(DecodingSession session) {
        session.mix(keep, toToken, toMask, token);
    }

    /** Writes the coefficients of one row; {@code i} is the response position. */
    public final class Row {

        private final int offset;

        private Row(int offset) {
            this.offset = offset;
        }

        /** {@code x_i = x_i + a (E[token] - x_i)}. */
        public void towards(int i, int token, float a) {
            set(i, 1f - a, a, 0f, token);
        }

        /** {@code x_i = c E[token] + (1 - c) m}. */
        public void between(int i, int token, float c) {
            set(i, 0f, c, 1f - c, token);
        }

        /** {@code x_i = E[token]}. */
        public void clean(int i, int token) {
            set(i, 0f, 1f, 0f, token);
        }

        private void set(int i, float keepShare, float tokenShare, float maskShare, int id) {
            keep[offset + i] = keepShare;
            toToken[offset + i] = tokenShare;
            toMask[offset + i] = maskShare;
            token[offset + i] = id;
        }
    }
}
