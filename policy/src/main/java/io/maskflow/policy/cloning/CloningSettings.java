package io.maskflow.policy.cloning;

/**
 * How a policy is fitted to a hand-made rule before training.
 *
 * @param steps updates, at least 1; default 600
 * @param batch states per update, at least 1; default 512
 * @param learningRate AdamW step size at its peak, falling along a cosine, in (0, 1]; default 5e-3
 * @param kappa concentration to fit, or 0 to leave that head to itself; default 0
 */
public record CloningSettings(int steps, int batch, double learningRate, double kappa) {

    /** Checks the ranges. */
    public CloningSettings {
        if (steps < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "cloning needs steps and batch of at least 1, were " + steps + " and " + batch);
        }
        if (!(learningRate > 0 && learningRate <= 1)) {
            throw new IllegalArgumentException("cloning learningRate must lie in (0, 1], was " + learningRate);
        }
        if (!(kappa >= 0 && Double.isFinite(kappa))) {
            throw new IllegalArgumentException("cloning kappa must be at least 0 (0: not fitted), was " + kappa);
        }
    }

    /** A few seconds on one core. */
    public static CloningSettings defaults() {
        return new CloningSettings(600, 512, 5e-3, 0);
    }
}
