package io.maskflow.decoder.masking;

import io.maskflow.decoder.StateUpdate;
import java.util.Arrays;

/** The tokens of a response of which some are still masked: the memory of a discrete decoder. */
public final class MaskedResponse {

    private final int[] tokens;
    private final boolean[] masked;
    private int left;

    /**
     * All masked.
     *
     * @param length positions, at least 1
     */
    public MaskedResponse(int length) {
        tokens = new int[length];
        masked = new boolean[length];
        Arrays.fill(masked, true);
        left = length;
    }

    /** Whether a position is masked. */
    public boolean masked(int i) {
        return masked[i];
    }

    /** Which of {@code [from, from + length)} are masked, as a copy. */
    public boolean[] masked(int from, int length) {
        return Arrays.copyOfRange(masked, from, from + length);
    }

    /** Masked positions. */
    public int left() {
        return left;
    }

    /** Masked positions of {@code [from, from + length)}. */
    public int left(int from, int length) {
        int count = 0;
        for (int i = from; i < from + length; i++) {
            count += masked[i] ? 1 : 0;
        }
        return count;
    }

    /** Puts a token at a position, and its embedding into the state. */
    public void fill(int i, int token, StateUpdate.Row update) {
        left -= masked[i] ? 1 : 0;
        tokens[i] = token;
        masked[i] = false;
        update.clean(i, token);
    }

    /** Masks a position again. */
    public void mask(int i, StateUpdate.Row update) {
        left += masked[i] ? 0 : 1;
        masked[i] = true;
        update.masked(i);
    }

    /** The token of a position that is not masked. */
    public int token(int i) {
        return tokens[i];
    }

    /**
     * The first tokens.
     *
     * @param length how many
     * @return a copy; 0 where a position is masked
     */
    public int[] tokens(int length) {
        return Arrays.copyOf(tokens, length);
    }

    /** Progress of a response of which every position was decided: 1 everywhere. */
    public static float[] decided(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return ones;
    }
}
