package io.maskflow.decoder;

import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The affine update of all states after a model call: {@code x_i = keep_i x_i + toToken_i E[token_i] + toMask_i m}, with
 * several tokens, or the expected embedding, in place of the one token where a row asks for it.
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
    private int[][] tokens; // of positions with several, made when first asked for
    private float[][] toTokens;
    private float[] toExpected;
    private int most = 1;
    private final Interpolation[] roads; // of the rows

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
        this.roads = new Interpolation[rows];
        Arrays.fill(keep, 1f);
        Arrays.fill(roads, Interpolation.LERP);
    }

    /** The part of one row of the session. */
    public Row row(int row) {
        return new Row(row);
    }

    /** Applies the update to the states inside the engine. */
    public void applyTo(DecodingSession session) {
        Set<Interpolation> taken = EnumSet.copyOf(Arrays.asList(roads));
        if (!taken.equals(Set.of(Interpolation.LERP))) {
            taken.forEach(road -> travel(session, road));
            return;
        }
        if (tokens == null) {
            session.mix(keep, toToken, toMask, token);
            return;
        }
        int k = most;
        int[] ids = new int[keep.length * k];
        float[] shares = new float[keep.length * k];
        for (int i = 0; i < keep.length; i++) {
            if (tokens[i] == null) {
                ids[i * k] = token[i];
                shares[i * k] = toToken[i];
            } else {
                System.arraycopy(tokens[i], 0, ids, i * k, tokens[i].length);
                System.arraycopy(toTokens[i], 0, shares, i * k, tokens[i].length);
            }
        }
        session.blend(keep, toMask, toExpected, ids, shares, k);
    }

    /**
     * Moves the rows that take a road; the others stay. Where a state is kept in part it sets out from itself, otherwise from
     * the mask embedding.
     */
    private void travel(DecodingSession session, Interpolation road) {
        if (tokens != null) {
            throw new IllegalStateException("several tokens at a position can be mixed along the straight line only");
        }
        boolean[] fromMask = new boolean[keep.length];
        float[] fraction = new float[keep.length];
        for (int i = 0; i < keep.length; i++) {
            boolean here = roads[i / length] == road;
            fromMask[i] = here && keep[i] == 0f;
            fraction[i] = here ? toToken[i] : 0f;
        }
        session.travel(road, fraction, fromMask, token);
    }

    /** Writes the coefficients of one row; {@code i} is the response position. */
    public final class Row {

        private final int row;
        private final int offset;

        private Row(int row) {
            this.row = row;
            this.offset = row * length;
        }

        /**
         * The road that {@link #towards} and {@link #between} take in this row; the formulas beside them are
         * those of the straight line.
         */
        public void along(Interpolation interpolation) {
            roads[row] = interpolation;
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

        /** {@code x_i = m}. */
        public void masked(int i) {
            set(i, 0f, 0f, 1f, 0);
        }

        /**
         * {@code x_i = maskShare m + sum_k share_k E[token_k]}.
         *
         * @param i response position
         * @param maskShare share of the mask embedding
         * @param mixed token ids
         * @param shares of the tokens
         */
        public void mixture(int i, float maskShare, int[] mixed, float[] shares) {
            several();
            set(i, 0f, 0f, maskShare, 0);
            tokens[offset + i] = mixed.clone();
            toTokens[offset + i] = shares.clone();
            most = Math.max(most, mixed.length);
        }

        /**
         * {@code x_i = (1 - c) m + c sum_v p_v E[v]}, with the distribution that
         * {@link io.maskflow.decoder.backbone.LogitRules#expectationTemperature()} of the last model call asked for.
         */
        public void expected(int i, float c) {
            several();
            set(i, 0f, 0f, 1f - c, 0);
            toExpected[offset + i] = c;
        }

        private void several() {
            if (tokens == null) {
                tokens = new int[keep.length][];
                toTokens = new float[keep.length][];
                toExpected = new float[keep.length];
            }
        }

        private void set(int i, float keepShare, float tokenShare, float maskShare, int id) {
            keep[offset + i] = keepShare;
            toToken[offset + i] = tokenShare;
            toMask[offset + i] = maskShare;
            token[offset + i] = id;
            if (tokens != null) {
                tokens[offset + i] = null;
                toExpected[offset + i] = 0f;
            }
        }
    }
}
