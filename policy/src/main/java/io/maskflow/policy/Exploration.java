package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How actions are drawn in training. Each latent keeps its Beta distribution; what can be chosen is which latents are
 * drawn at all, and how much those of one trajectory go together.
 *
 * <p>With {@code sharedNoise = r > 0} the latents of a trajectory are tied by a Gaussian copula: {@code y_i = F_i^-1(
 * Phi(sqrt(r) z + sqrt(1 - r) z_i))}, one {@code z} for the trajectory, one {@code z_i} for each decision, {@code F_i} the
 * Beta distribution function of that decision. Hundreds of independent draws cancel out over a trajectory; a shared part
 * makes one sample of a group bolder as a whole than another, which a reward for the whole trajectory can tell apart. The
 * surrogate still takes each decision's own density: its gradient is then that of the marginals, weighted towards what
 * decisions have in common.
 *
 * @param sureFrom confidence from which the expected fraction is taken and nothing is drawn; above 1 for never
 * @param sharedNoise {@code r}, in [0, 1); 0 draws every latent independently (XF §4.2)
 */
public record Exploration(double sureFrom, double sharedNoise) {

    /** Every latent drawn, independently. */
    public static final Exploration INDEPENDENT = new Exploration(2, 0);

    /** Position of the stream of {@code z}; no response is that long. */
    private static final int TRAJECTORY = (1 << 16) - 1;

    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
    private static final double ACCURACY = 1e-9;

    /** Checks the ranges. */
    public Exploration {
        if (!(sureFrom > 0)) {
            throw new IllegalArgumentException(
                    "exploration.sureFrom must be above 0 (above 1 for never), was " + sureFrom);
        }
        if (!(sharedNoise >= 0 && sharedNoise < 1)) {
            throw new IllegalArgumentException("exploration.sharedNoise must lie in [0, 1), was " + sharedNoise);
        }
    }

    /** A start; what was measured with which values stands in docs/RESULTS.md. */
    public static Exploration defaults() {
        return new Exploration(0.99, 0.5);
    }

    /** One latent. */
    double draw(LatentStreams streams, SampleKey key, int step, int position, StepDistribution beta) {
        if (sharedNoise == 0) {
            return BetaSampler.draw(streams.at(key, step, position), beta.alpha(), beta.beta());
        }
        double shared = streams.at(key, 0, TRAJECTORY).nextGaussian();
        double own = streams.at(key, step, position).nextGaussian();
        double u = NORMAL.cumulativeProbability(Math.sqrt(sharedNoise) * shared + Math.sqrt(1 - sharedNoise) * own);
        return new BetaDistribution(null, beta.alpha(), beta.beta(), ACCURACY).inverseCumulativeProbability(u);
    }
}
