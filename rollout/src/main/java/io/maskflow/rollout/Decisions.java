package io.maskflow.rollout;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The actions of one trajectory that the policy answers for: positions that were neither committed before the step nor
 * re-edited or committed in it, and whose action was drawn. One entry per decision, in step order, then position order. Arrays must not be changed.
 *
 * @param featureCount {@code F}, features per decision
 * @param features {@code [D * F]} policy states (XF Eq. 13), row-major
 * @param latent {@code [D]} sampled {@code y}
 * @param logProbability {@code [D]} log density of {@code y} under the policy that drew it
 * @param position {@code [D]} response position of the decision
 * @param step {@code [D]} step index {@code l} of the decision
 */
public record Decisions(
        int featureCount, float[] features, float[] latent, float[] logProbability, int[] position, int[] step)
        implements Serializable {

    /** No decision. */
    public static final Decisions NONE =
            new Decisions(0, new float[0], new float[0], new float[0], new int[0], new int[0]);

    /** Refuses arrays that do not belong together. */
    public Decisions {
        int count = latent.length;
        if (features.length != count * featureCount
                || logProbability.length != count
                || position.length != count
                || step.length != count) {
            throw new IllegalArgumentException("decisions need " + count + " entries in every array and "
                    + count * featureCount + " features, had " + features.length + " features, "
                    + logProbability.length + " log probabilities, " + position.length + " positions, "
                    + step.length + " steps");
        }
    }

    /**
     * The decisions made in other steps than these.
     *
     * @param steps step indices
     */
    public Decisions without(int[] steps) {
        return where(d -> Arrays.stream(steps).noneMatch(closing -> closing == step[d]));
    }

    /** Some of the decisions, in order. */
    Decisions where(IntPredicate kept) {
        int[] of = IntStream.range(0, count()).filter(kept).toArray();
        float[] states = new float[of.length * featureCount];
        float[] latents = new float[of.length];
        float[] logProbabilities = new float[of.length];
        int[] positions = new int[of.length];
        int[] steps = new int[of.length];
        for (int k = 0; k < of.length; k++) {
            System.arraycopy(features, of[k] * featureCount, states, k * featureCount, featureCount);
            latents[k] = latent[of[k]];
            logProbabilities[k] = logProbability[of[k]];
            positions[k] = position[of[k]];
            steps[k] = step[of[k]];
        }
        return new Decisions(featureCount, states, latents, logProbabilities, positions, steps);
    }

    /** Number of decisions {@code D}. */
    public int count() {
        return latent.length;
    }
}
