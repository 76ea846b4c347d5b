package io.maskflow.decoder.flow;

import io.maskflow.decoder.StateUpdate;

/**
 * One step of the flow for one position: how large, and where the progress goes.
 *
 * <p>Eqs. 5 to 8 compose to
 *
 * <pre>
 *   V dt = (X_pred - X_in) / (1 - t) * a (1 - t)   so   X_in = X_in + a (X_pred - X_in)
 * </pre>
 *
 * <p>in which nothing is divided by {@code 1 - t}. A committed position therefore needs to be left out explicitly.
 */
public final class FlowStep {

    private FlowStep() {}

    /**
     * <pre>
     *   dt = a (1 - t)
     * </pre>
     *
     * @param a step fraction in [0, 1]
     * @param t progress in [0, 1]
     * @return the step size, in progress
     * @paper XF Eq. 7
     */
    public static double size(double a, double t) {
        return a * (1 - t);
    }

    /**
     * <pre>
     *   t = t + dt
     * </pre>
     *
     * @param t progress in [0, 1]
     * @param dt step size in [0, 1 - t]
     * @return the new progress, never above 1
     * @paper XF Eq. 8
     */
    public static double advance(double t, double dt) {
        return Math.min(1, t + dt);
    }

    /**
     * Moves the state of position {@code i} by the division-free form of Eqs. 5 to 8.
     *
     * @paper XF Eq. 5
     * @paper XF Eq. 6
     */
    static void apply(StateUpdate.Row update, int i, int predicted, float a) {
        update.towards(i, predicted, a);
    }
}
