package io.maskflow.decoder.flow;

/**
 * States and the velocity that carries them, as the paper writes it, in plain numbers.
 *
 * <p>The decoder does not divide by {@code 1 - t}: with {@code dt = a (1 - t)} it cancels, see {@link FlowStep}. These
 * forms are what {@link ReferenceFlow} computes with and what the fast form is tested against.
 */
final class PlainEquations {

    private PlainEquations() {}

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
    static double[] velocity(double[] xPred, double[] xIn, double t) {
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
    static double[] move(double[] xIn, double[] v, double dt) {
        double[] next = new double[xIn.length];
        for (int e = 0; e < next.length; e++) {
            next[e] = xIn[e] + v[e] * dt;
        }
        return next;
    }

    /**
     * Eq. 3 in plain numbers: the state at progress {@code t} between a clean embedding and the mask embedding.
     *
     * @param x0 {@code [E]} clean embedding {@code X0}
     * @param m {@code [E]} mask embedding
     * @param t progress in [0, 1]
     * @return {@code [E]} {@code t x0 + (1 - t) m}
     * @paper XF Eq. 3
     */
    static double[] between(double[] x0, double[] m, double t) {
        double[] x = new double[x0.length];
        for (int e = 0; e < x.length; e++) {
            x[e] = t * x0[e] + (1 - t) * m[e];
        }
        return x;
    }

    /**
     * Eq. 10 in plain numbers.
     *
     * @param xPred {@code [E]} predicted clean state
     * @param m {@code [E]} mask embedding
     * @param c confidence in [0, 1]
     * @return {@code [E]} {@code c xPred + (1 - c) m}
     * @paper XF Eq. 10
     */
    static double[] reEdited(double[] xPred, double[] m, double c) {
        return between(xPred, m, c);
    }
}
