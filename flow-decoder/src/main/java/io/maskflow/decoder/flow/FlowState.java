package io.maskflow.decoder.flow;

import java.util.Arrays;

/**
 * Where each response position of one row stands between the mask and a clean token.
 *
 * <pre>
 *   x_i = t_i X0_i + (1 - t_i) m        (XF Eq. 3)
 * </pre>
 *
 * <p>The vectors {@code x_i} stay inside the engine; this object holds the decoding progress {@code t} and the committed
 * tokens. It never changes: a step makes a new one.
 *
 * @paper XF Eq. 3
 */
public final class FlowState {

    private static final int OPEN = -1;

    private final double[] progress;
    private final int[] committedToken;

    private FlowState(double[] progress, int[] committedToken) {
        this.progress = progress;
        this.committedToken = committedToken;
    }

    /** All mask: {@code t_i = 0}, nothing committed. */
    public static FlowState start(int length) {
        int[] open = new int[length];
        Arrays.fill(open, OPEN);
        return new FlowState(new double[length], open);
    }

    /** Response positions {@code N}. */
    public int length() {
        return progress.length;
    }

    /** {@code t_i} in [0, 1]. */
    public double progress(int i) {
        return progress[i];
    }

    /** True once hard commitment has frozen the position. */
    public boolean committed(int i) {
        return committedToken[i] != OPEN;
    }

    /** The token a committed position is frozen at; only where {@link #committed(int)}. */
    public int committedToken(int i) {
        return committedToken[i];
    }

    /** Whether all positions of {@code [from, from + length)} are committed. */
    public boolean allCommitted(int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (!committed(i)) {
                return false;
            }
        }
        return true;
    }

    /** Progress of {@code [from, from + length)} as floats. */
    float[] progress(int from, int length) {
        float[] t = new float[length];
        for (int i = 0; i < length; i++) {
            t[i] = (float) progress[from + i];
        }
        return t;
    }

    /** The state with other progress; the array becomes part of it. */
    FlowState withProgress(double[] t) {
        return new FlowState(t, committedToken);
    }

    /** The state with one more position committed. */
    FlowState withCommitted(int i, int token) {
        int[] next = committedToken.clone();
        next[i] = token;
        return new FlowState(progress, next);
    }

    /** A copy of the progress of all positions, to be changed by a step. */
    double[] copyOfProgress() {
        return progress.clone();
    }
}
