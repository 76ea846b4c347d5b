package io.maskflow.decoder.flow;

import io.maskflow.decoder.StateUpdate;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Fixes the most reliable open prediction in every step, so that the others can rest on it.
 *
 * <pre>
 *   among the positions with t_i &lt; 0.99:  i* = argmax c_i,   t_i* = 1,   x_i* = x_pred
 * </pre>
 *
 * @paper XF §3.4 hard commitment
 */
public final class HardCommitment {

    /** No position is eligible. */
    public static final int NONE = -1;

    private HardCommitment() {}

    /**
     * Chooses the position to fix.
     *
     * @param confidence {@code [length]} {@code c_i}
     * @param progress {@code [length]} {@code t_i}
     * @param open {@code [length]} false where the position is already committed
     * @param below progress from which a position needs no commitment, 0.99 in the paper (strict)
     * @return the eligible position of highest confidence, the lowest one among equals, or {@link #NONE}
     */
    public static int choose(float[] confidence, double[] progress, boolean[] open, double below) {
        int best = NONE;
        for (int i = 0; i < confidence.length; i++) {
            boolean eligible = open[i] && progress[i] < below;
            if (eligible && (best == NONE || confidence[i] > confidence[best])) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Chooses the positions to fix.
     *
     * @param settings rule and thresholds
     * @param confidence {@code [length]} {@code c_i}
     * @param progress {@code [length]} {@code t_i}
     * @param open {@code [length]} false where the position is already committed
     * @return the positions, ascending; empty if none is eligible
     */
    static int[] choose(FlowSettings settings, float[] confidence, double[] progress, boolean[] open) {
        double from = settings.commitFrom();
        IntPredicate fixed =
                switch (settings.commit()) {
                    case ONE -> i -> false;
                    case SURE -> i -> open[i] && confidence[i] >= from;
                    case ARRIVED -> i -> open[i] && progress[i] >= from;
                };
        int[] chosen = IntStream.range(0, confidence.length).filter(fixed).toArray();
        int one = choose(confidence, progress, open, settings.commitBelow());
        return one == NONE
                ? chosen
                : IntStream.concat(IntStream.of(chosen), IntStream.of(one))
                        .sorted()
                        .distinct()
                        .toArray();
    }

    /** Sets the state of position {@code i} to the clean embedding of its prediction (Eq. 3 with t = 1). */
    static void apply(StateUpdate.Row update, int i, int predicted) {
        update.clean(i, predicted);
    }
}
