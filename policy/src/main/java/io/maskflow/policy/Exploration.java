package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import io.maskflow.policy.distribution.BetaQuantile;
import io.maskflow.policy.distribution.BetaSampler;
import io.maskflow.policy.distribution.StepDistribution;
import java.io.Serializable;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How actions are drawn in training. Each latent keeps its Beta distribution; what can be chosen is which latents are
 * drawn at all, and how much those of one trajectory go together.
 *
 * <p>With {@code sharedNoise = r > 0} the latents of a trajectory are tied by a Gaussian copula: {@code y_i = F_i^-1(
 * Phi(sqrt(r) z + sqrt(1 - r) z_i))}, one {@code z} for the trajectory, one {@code z_i} for each decision, {@code F_i} the
 * Beta distribution function of that decision. Hundreds of independent draws cancel out over a trajectory; a shared part
 * makes one sample of a group bolder as a whole than another, which a reward for the whole trajectory can tell apart. What
 * is then learned depends on the estimator: {@code grpo.estimator}, docs/ESTIMATORS.md.
 *
 * <p>One {@code z} can only say "bolder". With {@code variation = v > 0} the shared part is a random smooth function of
 * the policy state {@code s}, drawn anew for each trajectory: {@code z(s) = sum_m [g_m cos(w_m s) + h_m sin(w_m s)] /
 * sqrt(M)} with {@code M = } {@value SharedNoise#WAVES}, {@code g, h} standard normal, {@code w} normal of deviation {@code
 * v}. It is standard normal in every state, and states have the covariance {@code exp(-v^2 |s - s'|^2 / 2)}: decisions in
 * like states move together, so that a sample tries out one changed step-size <em>rule</em>.
 *
 * <p>With {@code parameterNoise = sigma > 0} no latent is drawn: each trajectory follows the expected actions of a changed
 * policy ({@link ParameterNoise}). Only the estimator {@code evolution} learns from that.
 *
 * @param confidenceThreshold confidence from which the expected fraction is taken and nothing is drawn; above 1 for never
 * @param sharedNoise {@code r}, in [0, 1); 0 draws every latent independently (XF §4.2)
 * @param variation {@code v}, at least 0, per unit of a feature; 0 shares one {@code z} among all states
 * @param parameterNoise {@code sigma}, at least 0; 0 draws latents
 */
public record Exploration(double confidenceThreshold, double sharedNoise, double variation, double parameterNoise)
        implements Serializable {

    /** Every latent drawn, independently. */
    public static final Exploration INDEPENDENT = new Exploration(2, 0, 0);

    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    /** Checks the ranges. */
    public Exploration {
        if (!(confidenceThreshold > 0)) {
            throw new IllegalArgumentException(
                    "exploration.confidenceThreshold must be above 0 (above 1 for never), was " + confidenceThreshold);
        }
        if (!(sharedNoise >= 0 && sharedNoise < 1)) {
            throw new IllegalArgumentException("exploration.sharedNoise must lie in [0, 1), was " + sharedNoise);
        }
        if (!(variation >= 0 && variation <= 1000)) {
            throw new IllegalArgumentException("exploration.variation must lie in [0, 1000], was " + variation);
        }
        if (!(parameterNoise >= 0 && parameterNoise <= 100)) {
            throw new IllegalArgumentException(
                    "exploration.parameterNoise must lie in [0, 100], was " + parameterNoise);
        }
    }

    /** Latents drawn. */
    public Exploration(double confidenceThreshold, double sharedNoise, double variation) {
        this(confidenceThreshold, sharedNoise, variation, 0);
    }

    /** A start; what was measured with which values stands in docs/RESULTS.md. */
    public static Exploration defaults() {
        return new Exploration(0.99, 0.5, 0);
    }

    /** The draws of one trajectory. */
    Draws of(LatentStreams streams, SampleKey key, int features) {
        return new Draws(streams, key, features);
    }

    /** Draws latents; the shared part is that of one trajectory, the same in all its steps. */
    final class Draws {

        private final LatentStreams streams;
        private final SampleKey key;
        private final SharedNoise noise; // null where nothing is shared

        private Draws(LatentStreams streams, SampleKey key, int features) {
            this.streams = streams;
            this.key = key;
            this.noise = sharedNoise == 0 ? null : new SharedNoise(Exploration.this, streams, key, features);
        }

        /**
         * One latent.
         *
         * @param states policy states, {@code [rows, features]}
         * @param at row of the decision's state
         */
        double latent(int step, int position, StepDistribution beta, float[] states, int at) {
            if (noise == null) {
                return BetaSampler.draw(streams.at(key, step, position), beta.alpha(), beta.beta());
            }
            double u = NORMAL.cumulativeProbability(noise.gaussian(step, position, states, at));
            return BetaQuantile.of(u, beta.alpha(), beta.beta());
        }
    }
}
