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

    /**
     * Eq. 10 in plain numbers.
     *
     * @param xPred {@code [E]} predicted clean state
     * @param m {@code [E]} mask embedding
     * @param c confidence in [0, 1]
     * @return {@code [E]} {@code c xPred + (1 - c) m}
     */
    public static double[] state(double[] xPred, double[] m, double c) {
        return FlowState.between(xPred, m, c);
    }

    /** Resets the state of position {@code i} inside the engine. */
    static void apply(StateUpdate.Row update, int i, int predicted, float c) {
        update.between(i, predicted, c);
    }
}
