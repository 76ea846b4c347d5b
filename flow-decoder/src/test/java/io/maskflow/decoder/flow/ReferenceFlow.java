package io.maskflow.decoder.flow;

/**
 * One step of the flow as the paper writes it: velocity, step size, progress, in plain doubles and with the division.
 *
 * <p>The plain road beside {@link FlowDecoder}: slow, readable, without an engine. Defined while every flowing position has
 * {@code t < 1}.
 *
 * @paper XF §3.2 to §3.4
 */
final class ReferenceFlow {

    private final FlowSettings settings;
    private final double[] m;
    private final double[][] x;
    private final double[] t;
    private final boolean[] committed;

    /**
     * Starts at the mask embedding with {@code t = 0}.
     *
     * @param settings which parts are on; blocks are not used here
     * @param m {@code [E]} mask embedding
     * @param length {@code N}
     */
    public ReferenceFlow(FlowSettings settings, double[] m, int length) {
        this.settings = settings;
        this.m = m.clone();
        this.x = new double[length][];
        this.t = new double[length];
        this.committed = new boolean[length];
        for (int i = 0; i < length; i++) {
            x[i] = PlainEquations.between(m, m, 0);
        }
    }

    /**
     * Takes one step.
     *
     * @param xPred {@code [N][E]} predicted clean states, Eq. 4
     * @param c {@code [N]} confidence, Eq. 9
     * @param a {@code [N]} step fractions in [0, 1]
     */
    public void step(double[][] xPred, float[] c, double[] a) {
        double[] tOld = t.clone();
        boolean[] open = new boolean[t.length];
        for (int i = 0; i < t.length; i++) {
            open[i] = !committed[i];
            if (!open[i]) {
                continue;
            }
            double dt = FlowStep.size(a[i], t[i]); // Eq. 7
            double judged = settings.reEditAfterUpdate() ? t[i] + dt : t[i];
            if (settings.reEditing() && ReEdit.applies(c[i], judged, settings.reEditMargin())) {
                x[i] = PlainEquations.reEdited(xPred[i], m, c[i]); // Eq. 10
                t[i] = c[i];
            } else {
                double[] v = PlainEquations.velocity(xPred[i], x[i], t[i]); // Eq. 5
                x[i] = PlainEquations.move(x[i], v, dt); // Eq. 6
                t[i] = FlowStep.advance(t[i], dt); // Eq. 8
            }
        }
        if (settings.hardCommitment()) {
            double[] judged = settings.commitSeesOldProgress() ? tOld : t;
            for (int i : HardCommitment.choose(settings, c, judged, open)) {
                x[i] = PlainEquations.between(xPred[i], m, 1); // Eq. 3 with t = 1
                t[i] = 1;
                committed[i] = settings.committedFinal();
            }
        }
    }

    /** {@code [N][E]} the states. */
    public double[][] states() {
        double[][] copy = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            copy[i] = x[i].clone();
        }
        return copy;
    }

    /** {@code [N]} the progress. */
    public double[] progress() {
        return t.clone();
    }
}
