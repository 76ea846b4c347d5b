package io.maskflow.policy.grpo;

import io.maskflow.policy.Exploration;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import java.io.Serializable;

/**
 * Every knob of the learner. The paper names GRPO, group size and batch, and none of these values; the sources are the
 * GRPO paper and our prototype ({@code tiny world} below).
 *
 * @param estimator what the update estimates; default smoothed (docs/ESTIMATORS.md; the paper's is independent)
 * @param learningRate AdamW step size at its peak, above 0; default 2e-3 (tiny world: 1e-3 to 4e-3)
 * @param schedule how it changes over training steps; default constant
 * @param beta1 AdamW decay of the first moment, in [0, 1); default 0.9
 * @param beta2 AdamW decay of the second moment, in [0, 1); default 0.999
 * @param epsilon AdamW constant beside the root of the second moment, above 0; default 1e-8
 * @param weightDecay AdamW decoupled decay, at least 0; default 0
 * @param maxGradNorm global L2 norm that a gradient is scaled down to, 0 for no limit; default 1
 * @param innerEpochs updates per batch of rollouts, at least 1; default 2 (tiny world)
 * @param minibatches updates per pass over the groups of a step, each on a share of them, at least 1; default 1
 * @param ratio whether each decision has a ratio, or a trajectory has one; default decision (GRPO)
 * @param clipLow ratios below {@code 1 - clipLow} are clipped, in (0, 1]; default 0.2 (GRPO)
 * @param clipHigh ratios above {@code 1 + clipHigh} are clipped, above 0; default 0.2 (GRPO); larger than {@code clipLow}
 *     leaves more room upwards (clip-higher, 2503.14476)
 * @param kl weight of the divergence from the reference policy, at least 0; default 0
 * @param klEstimator {@code analytic}, or {@code k3} (GRPO), which explodes where a latent is likely under the reference
 *     alone: 1e4 at the first step where the closed form gives 4.9; default analytic
 * @param entropyBonus weight of the entropy that is added to the objective, at least 0; default 0
 * @param advantage what is compared within a group: {@code per_position} (Eq. 18 read to the letter), {@code
 *     trajectory} or {@code pooled}; default per_position
 * @param normalisation divisor of an advantage: {@code none}, {@code unbiased} or {@code population} standard
 *     deviation of what is compared, or {@code batch}: root mean square over all advantages of the step; default unbiased
 *     (tiny world: by the standard deviation of the task part)
 * @param stdEpsilon added to the standard deviation, above 0; default 1e-4
 * @param stdFloor smallest standard deviation divided by, at least 0; default 0.1 (tiny world: "with a floor")
 * @param completionWeight {@code lambda} of Eq. 18, at least 0; default 0 (tiny world: at .1 it drives all progress to 1
 *     and the pass rate falls)
 * @param completionWeightFinal {@code lambda} at the end of the schedule's steps, reached linearly; -1 for no change;
 *     default -1
 * @param completionMode how it enters: {@code sum} (Eq. 18), {@code separate} (each part with its own mean and
 *     deviation), {@code ties} (only in groups whose task rewards are equal); default sum
 * @param lossAggregation {@code trajectory_mean} (GRPO) or {@code token_mean}; default trajectory_mean
 * @param flatGroups what becomes of groups with equal task rewards: {@code keep}, {@code skip} or {@code resample};
 *     default skip (tiny world)
 * @param emaDecay weight of the past in the running average of the parameters, in [0, 1): after {@code n} steps the
 *     parameters of step {@code k} weigh {@code emaDecay^(n - k)}, the initial ones nothing. The average is validated beside
 *     the parameters themselves; 0 for no average; default 0.95
 * @param backend {@code fastest}, {@code scalar} or {@code nd4j}; default fastest
 * @paper XF §4.2 (GRPO update)
 */
public record GrpoConfig(
        Estimator estimator,
        double learningRate,
        LearningRateSchedule schedule,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradNorm,
        int innerEpochs,
        int minibatches,
        Ratio ratio,
        double clipLow,
        double clipHigh,
        double kl,
        KlEstimator klEstimator,
        double entropyBonus,
        AdvantageLevel advantage,
        Normalisation normalisation,
        double stdEpsilon,
        double stdFloor,
        double completionWeight,
        double completionWeightFinal,
        CompletionMode completionMode,
        LossAverage lossAggregation,
        FlatGroups flatGroups,
        double emaDecay,
        LearnerBackend.Choice backend)
        implements Serializable {

    /** What an update estimates; docs/ESTIMATORS.md has the derivations. */
    public enum Estimator {
        /** The policy gradient of independent draws, each scored by its own likelihood: the paper's GRPO. */
        INDEPENDENT,
        /** The policy gradient of tied draws, scored by their joint density. */
        JOINT,
        /**
         * Tied draws, each scored by its own likelihood: not the policy gradient, but {@code V^T C g} in place of {@code V^T g}.
         * Each decision is credited with what it and decisions in like states did, weighted by the covariance {@code C} of the
         * noise, as in evolution strategies that do not divide by the covariance of their search distribution.
         */
        SMOOTHED,
        /** Evolution strategies over the parameters of the mean's head. */
        EVOLUTION
    }

    /** Of what a likelihood ratio is taken. */
    public enum Ratio {
        /** Of each decision. */
        DECISION,
        /** Of a trajectory, to the power of one over its decisions (GSPO, 2507.18071). */
        SEQUENCE
    }

    /** What is compared within a group. */
    public enum AdvantageLevel {
        /** Each response position with the same position of the other samples. */
        PER_POSITION,
        /** Whole samples, by their mean reward over positions. */
        TRAJECTORY,
        /** Each entry with all positions of all samples. */
        POOLED
    }

    /** What an advantage is divided by. */
    public enum Normalisation {
        /** Nothing. */
        NONE,
        /** Standard deviation with divisor n - 1. */
        UNBIASED,
        /** Standard deviation with divisor n. */
        POPULATION,
        /** Root mean square of the advantages of all groups of the step that are learned from. */
        BATCH
    }

    /** How the completion reward enters the advantage. */
    public enum CompletionMode {
        /** {@code R = task + lambda t_final}, compared as one number. */
        SUM,
        /** The two parts are compared and normalised apart, then added with weight {@code lambda}. */
        SEPARATE,
        /** Task part where task rewards differ, {@code lambda} times the completion part where they are equal. */
        TIES
    }

    /**
     * What becomes of a group whose task rewards are all equal. The completion reward is never asked: it makes any group
     * look varied.
     */
    public enum FlatGroups {
        /** It is learned from like any other: from its completion reward, if that has a weight. */
        KEEP,
        /** It is left out. */
        SKIP,
        /** It is left out, and a group of another problem is rolled out in its place, for a bounded number of rounds. */
        RESAMPLE
    }

    /** How the losses of decisions are averaged. */
    public enum LossAverage {
        /** Over the decisions of a trajectory, then over trajectories. */
        TRAJECTORY_MEAN,
        /** Over all decisions. */
        TOKEN_MEAN
    }

    /** How the divergence from the reference is measured. */
    public enum KlEstimator {
        /** {@code exp(ref - new) - (ref - new) - 1} of the log densities at the sampled latent (2402.03300 Eq. 4). */
        K3,
        /** The closed form for two Beta distributions. */
        ANALYTIC
    }

    /** Checks every range. */
    public GrpoConfig {
        require(learningRate > 0 && learningRate <= 1, "learningRate", "in (0, 1]", learningRate);
        require(beta1 >= 0 && beta1 < 1, "beta1", "in [0, 1)", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2", "in [0, 1)", beta2);
        require(epsilon > 0 && epsilon <= 1, "epsilon", "in (0, 1]", epsilon);
        require(weightDecay >= 0 && weightDecay <= 1, "weightDecay", "in [0, 1]", weightDecay);
        require(
                maxGradNorm >= 0 && Double.isFinite(maxGradNorm),
                "maxGradNorm",
                "at least 0 (0: no limit)",
                maxGradNorm);
        require(innerEpochs >= 1, "innerEpochs", "at least 1", innerEpochs);
        require(minibatches >= 1, "minibatches", "at least 1", minibatches);
        require(clipLow > 0 && clipLow <= 1, "clipLow", "in (0, 1]", clipLow);
        require(clipHigh > 0 && Double.isFinite(clipHigh), "clipHigh", "above 0", clipHigh);
        require(kl >= 0 && Double.isFinite(kl), "kl", "at least 0", kl);
        require(entropyBonus >= 0 && Double.isFinite(entropyBonus), "entropyBonus", "at least 0", entropyBonus);
        require(stdEpsilon > 0 && Double.isFinite(stdEpsilon), "stdEpsilon", "above 0", stdEpsilon);
        require(stdFloor >= 0 && Double.isFinite(stdFloor), "stdFloor", "at least 0", stdFloor);
        require(
                completionWeight >= 0 && Double.isFinite(completionWeight),
                "completionWeight",
                "at least 0",
                completionWeight);
        require(
                (completionWeightFinal >= 0 || completionWeightFinal == -1) && Double.isFinite(completionWeightFinal),
                "completionWeightFinal",
                "at least 0, or -1 for no change",
                completionWeightFinal);
        require(emaDecay >= 0 && emaDecay < 1, "emaDecay", "in [0, 1)", emaDecay);
        if (estimator == Estimator.JOINT && ratio != Ratio.SEQUENCE) {
            throw new IllegalArgumentException("grpo.estimator joint needs grpo.ratio: sequence, because draws that are"
                    + " scored together have one density");
        }
        if (estimator == Estimator.EVOLUTION && (innerEpochs > 1 || minibatches > 1 || kl > 0 || entropyBonus > 0)) {
            throw new IllegalArgumentException(
                    "grpo.estimator evolution needs innerEpochs: 1, minibatches: 1, kl: 0 and"
                            + " entropyBonus: 0, because no latent is drawn; were " + innerEpochs + ", " + minibatches
                            + ", " + kl
                            + " and " + entropyBonus);
        }
        if (completionMode == CompletionMode.TIES && flatGroups != FlatGroups.KEEP) {
            throw new IllegalArgumentException("grpo.completionMode ties needs grpo.flatGroups: keep, because it"
                    + " learns from the completion of groups with equal task rewards");
        }
    }

    private static void require(boolean holds, String name, String range, double value) {
        if (!holds) {
            throw new IllegalArgumentException("grpo." + name + " must be " + range + ", was " + value);
        }
    }

    /** What worked in the prototype. */
    public static GrpoConfig defaults() {
        return new GrpoConfig(
                Estimator.SMOOTHED,
                2e-3,
                LearningRateSchedule.defaults(),
                0.9,
                0.999,
                1e-8,
                0,
                1,
                2,
                1,
                Ratio.DECISION,
                0.2,
                0.2,
                0,
                KlEstimator.ANALYTIC,
                0,
                AdvantageLevel.PER_POSITION,
                Normalisation.UNBIASED,
                1e-4,
                0.1,
                0,
                -1,
                CompletionMode.SUM,
                LossAverage.TRAJECTORY_MEAN,
                FlatGroups.SKIP,
                0.95,
                LearnerBackend.Choice.FASTEST);
    }

    /**
     * {@code lambda} at a training step.
     *
     * @param step 0-based training step
     * @param totalSteps training steps of the run, at least 1
     */
    public double completionWeight(long step, long totalSteps) {
        if (completionWeightFinal < 0) {
            return completionWeight;
        }
        double done = Math.min(1, (double) step / Math.max(1, totalSteps - 1));
        return completionWeight + (completionWeightFinal - completionWeight) * done;
    }

    /** The advantage of this configuration with a given {@code lambda}. */
    public GroupAdvantage groupAdvantage(double lambda) {
        return new GroupAdvantage(advantage, normalisation, stdEpsilon, stdFloor, lambda, completionMode);
    }

    /**
     * Refuses an exploration that the estimator says nothing true about.
     *
     * @throws IllegalArgumentException naming both settings
     */
    public void check(Exploration exploration) {
        if (estimator == Estimator.INDEPENDENT && exploration.sharedNoise() > 0) {
            throw new IllegalArgumentException("grpo.estimator independent needs exploration.sharedNoise: 0, was "
                    + exploration.sharedNoise() + " (estimators joint and smoothed learn from tied draws)");
        }
        if ((estimator == Estimator.EVOLUTION) != (exploration.parameterNoise() > 0)) {
            throw new IllegalArgumentException(
                    "grpo.estimator evolution and exploration.parameterNoise above 0 go together,"
                            + " were " + estimator.name().toLowerCase(java.util.Locale.ROOT) + " and "
                            + exploration.parameterNoise());
        }
    }

    /** The loss of one decision under this configuration. */
    public ClippedSurrogate surrogate() {
        return new ClippedSurrogate(clipLow, clipHigh, kl, klEstimator, entropyBonus);
    }
}
