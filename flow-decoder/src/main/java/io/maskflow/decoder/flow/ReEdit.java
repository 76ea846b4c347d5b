package io.maskflow.decoder.flow;

import io.maskflow.decoder.StateUpdate;

/**
 * Rolls a position back when the model no longer trusts what it had moved towards.
 *
 * <pre>
 *   if c_i - t_i &lt; -0.1:   x_i = c_i x_pred + (1 - c_i) m,   t_i = c_i
 * </pre>
 *
 * @paper XF Eq. 10
 * @paper XF §3.4 re-editing
 */
public final class ReEdit {

    private ReEdit() {}

    /**
     * Whether the rule applies.
     *
     * @param c confidence in [0, 1]
     * @param t progress in [0, 1]
     * @param margin 0.1 in the paper
     * @return {@code c - t < -margin}, strictly
     */
    public static boolean applies(double c, double t, double margin) {
        return c - t < -margin;
    }

    /** Resets the state of position {@code i} inside the engine. */
    static void apply(StateUpdate.Row update, int i, int predicted, float c) {
        update.between(i, predicted, c);
    }
}
