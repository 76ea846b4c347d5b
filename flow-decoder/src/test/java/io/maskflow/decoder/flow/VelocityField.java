package io.maskflow.decoder.flow;

/**
 * The velocity that carries a state towards the predicted clean state, as the paper writes it, in plain numbers.
 *
 * <p>The decoder does not divide by {@code 1 - t}: with {@code dt = a (1 - t)} it cancels, see {@link FlowStep}. These
 * forms are what {@link ReferenceFlow} computes with and what the fast form is tested against.
 */
public final class VelocityField {

    private VelocityField() {}

    /**
     * <pre>
     *   V(X_in, t) = (X_pred - X_in) / (1 - t)
     * </pre>
     *
     * @param xPred {@code [E]} predicted clean state
     * @param xIn {@code [E]} current state
     * @param t progress in [0, 1)
     * @return {@code [E]}
     * @throws IllegalArgumentException if {@code t} is outside [0, 1)
     * @paper XF Eq. 5
     */
    public static double[] velocity(double[] xPred, double[] xIn, double t) {
        if (!(t >= 0 && t < 1)) {
            throw new IllegalArgumentException("the velocity is defined for t in [0, 1), was " + t);
        }
        double[] v = new double[xIn.length];
        for (int e = 0; e < v.length; e++) {
            v[e] = (xPred[e] - xIn[e]) / (1 - t);
        }
        return v;
    }

    /**
     * <pre>
     *   X_in = X_in + V dt
     * </pre>
     *
     * @param xIn {@code [E]} current state
     * @param v {@code [E]} velocity
     * @param dt step size
     * @return {@code [E]} the next state
     * @paper XF Eq. 6
     */
    public static double[] move(double[] xIn, double[] v, double dt) {
        double[] next = new double[xIn.length];
        for (int e = 0; e < next.length; e++) {
            next[e] = xIn[e] + v[e] * dt;
        }
        return next;
    }
}
