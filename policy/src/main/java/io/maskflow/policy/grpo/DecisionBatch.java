package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.SharedNoise;
import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.GaussianMargin;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.kernel.DenseKernel;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Decisions to learn from, grouped by trajectory: D states with the latent that was drawn in each, how likely the policy
 * that drew it held it to be, and how well it turned out. Only decisions that count are in a batch; masked ones (a
 * position that was committed or re-edited in the step) are left out when it is made. Arrays must not be changed.
 */
public final class DecisionBatch implements Serializable {

    private static final long serialVersionUID = 1L;

    final int featureCount;
    final float[] features; // [D, F]
    final double[] latent; // [D]
    final double[] logLatent; // [D] ln y
    final double[] logRest; // [D] ln(1 - y)
    final double[] advantage; // [D]
    final double[] oldLogProbability; // [D]
    final double[] referenceMu; // [D], or empty
    final double[] referenceKappa; // [D], or empty
    final int[] starts; // [J + 1]
    final Likelihood likelihood;

    private DecisionBatch(
            int featureCount,
            float[] features,
            double[] latent,
            double[] logLatent,
            double[] logRest,
            double[] advantage,
            double[] oldLogProbability,
            double[] referenceMu,
            double[] referenceKappa,
            int[] starts,
            Likelihood likelihood) {
        int count = latent.length;
        if (features.length != count * featureCount
                || logLatent.length != count
                || logRest.length != count
                || advantage.length != count
                || oldLogProbability.length != count
                || referenceMu.length != referenceKappa.length
                || (referenceMu.length != 0 && referenceMu.length != count)
                || starts.length < 1
                || starts[0] != 0
                || starts[starts.length - 1] != count) {
            throw new IllegalArgumentException("a decision batch of " + count + " decisions needs "
                    + count * featureCount + " features and " + count + " entries in every array, had "
                    + features.length + " features, " + advantage.length + " advantages, " + oldLogProbability.length
                    + " log probabilities; its trajectories must cover 0.." + count);
        }
        this.featureCount = featureCount;
        this.features = features;
        this.latent = latent;
        this.advantage = advantage;
        this.oldLogProbability = oldLogProbability;
        this.referenceMu = referenceMu;
        this.referenceKappa = referenceKappa;
        this.starts = starts;
        this.logLatent = logLatent;
        this.logRest = logRest;
        this.likelihood = likelihood;
    }

    /**
     * One trajectory, its latents cut as they were recorded ({@link CutLatent}).
     *
     * @param featureCount F
     * @param features {@code [D, F]} policy states
     * @param latent {@code [D]} drawn {@code y}, in (0, 1)
     * @param position {@code [D]} response position of each decision
     * @param positionAdvantage {@code [N]} advantage of each response position, the same at every step
     * @param oldLogProbability {@code [D]} log density of {@code y} under the policy that drew it, as recorded
     */
    public static DecisionBatch trajectory(
            int featureCount,
            float[] features,
            float[] latent,
            int[] position,
            double[] positionAdvantage,
            float[] oldLogProbability) {
        double[] y = new double[latent.length];
        double[] advantage = new double[latent.length];
        double[] old = new double[latent.length];
        for (int d = 0; d < y.length; d++) {
            y[d] = latent[d];
            advantage[d] = positionAdvantage[position[d]];
            old[d] = oldLogProbability[d];
        }
        return of(featureCount, features, y, advantage, old, new int[] {0, y.length}, Likelihood.CUT);
    }

    /**
     * Any number of trajectories, their latents scored by plain densities.
     *
     * @param featureCount F
     * @param features {@code [D, F]}
     * @param latent {@code [D]}, in (0, 1)
     * @param advantage {@code [D]}
     * @param oldLogProbability {@code [D]}
     * @param starts {@code [J + 1]} first decision of each trajectory, and D
     */
    public static DecisionBatch of(
            int featureCount,
            float[] features,
            double[] latent,
            double[] advantage,
            double[] oldLogProbability,
            int[] starts) {
        return of(featureCount, features, latent, advantage, oldLogProbability, starts, Likelihood.DENSITY);
    }

    private static DecisionBatch of(
            int featureCount,
            float[] features,
            double[] latent,
            double[] advantage,
            double[] oldLogProbability,
            int[] starts,
            Likelihood likelihood) {
        double[] logLatent = new double[latent.length];
        double[] logRest = new double[latent.length];
        for (int d = 0; d < latent.length; d++) {
            if (!(latent[d] > 0 && latent[d] < 1)) {
                throw new IllegalArgumentException("a latent lies in (0, 1), number " + d + " was " + latent[d]);
            }
            logLatent[d] = Math.log(latent[d]);
            logRest[d] = Math.log1p(-latent[d]);
        }
        double[] none = {};
        return new DecisionBatch(
                featureCount,
                features,
                latent,
                logLatent,
                logRest,
                advantage,
                oldLogProbability,
                none,
                none,
                starts,
                likelihood);
    }

    /** The same latents, scored otherwise. */
    DecisionBatch withLikelihood(Likelihood other) {
        return with(advantage, oldLogProbability, referenceMu, referenceKappa, other);
    }

    /** The same decisions with other log probabilities under the policy that drew them. */
    DecisionBatch withOld(double[] logProbabilities) {
        return with(advantage, logProbabilities, referenceMu, referenceKappa, likelihood);
    }

    /**
     * One trajectory whose latents were drawn together, to be scored by their joint density. What was drawn is drawn again
     * from its identity, so that nothing of the tie need be recorded.
     *
     * @param trajectory from {@link #trajectory}
     * @param noise the trajectory's noise
     * @param own {@code 1 - exploration.sharedNoise}
     * @param step {@code [D]} step index of each decision
     * @param position {@code [D]} response position of each decision
     * @param behaviour the network of the snapshot that the decisions were drawn with
     */
    public static DecisionBatch tied(
            DecisionBatch trajectory,
            SharedNoise noise,
            double own,
            int[] step,
            int[] position,
            PolicyNetwork behaviour) {
        int count = trajectory.count();
        double[] mu = new double[count];
        double[] kappa = new double[count];
        behaviour.heads(trajectory.features, count, mu, kappa);
        double[] u = new double[count];
        double[] basis = new double[count * noise.rank()];
        double[] logLatent = new double[count];
        double[] logRest = new double[count];
        for (int d = 0; d < count; d++) {
            u[d] = noise.gaussian(step[d], position[d], trajectory.features, d);
            noise.basis(trajectory.features, d, basis, d * noise.rank());
            GaussianMargin.Latent latent = GaussianMargin.latent(u[d], mu[d] * kappa[d], (1 - mu[d]) * kappa[d]);
            logLatent[d] = latent.logLatent();
            logRest[d] = latent.logRest();
        }
        return new DecisionBatch(
                        trajectory.featureCount,
                        trajectory.features,
                        trajectory.latent,
                        logLatent,
                        logRest,
                        trajectory.advantage,
                        trajectory.oldLogProbability,
                        trajectory.referenceMu,
                        trajectory.referenceKappa,
                        trajectory.starts,
                        Likelihood.tied(own, basis, noise.rank(), u))
                .drawnBy(behaviour);
    }

    /** Whether the latent of a decision is an atom. */
    boolean atom(int d) {
        return likelihood.isCut() && CutLatent.atom(latent[d]);
    }

    /** Which atom. */
    boolean upper(int d) {
        return latent[d] >= CutLatent.TOP;
    }

    /** The same states and latents, judged and scored otherwise. */
    private DecisionBatch with(double[] advantages, double[] old, double[] mu, double[] kappa, Likelihood scoredBy) {
        return new DecisionBatch(
                featureCount, features, latent, logLatent, logRest, advantages, old, mu, kappa, starts, scoredBy);
    }

    /**
     * The same decisions with their log densities computed again, in double, from the network that drew them: at the
     * first inner epoch every ratio is then exactly 1.
     *
     * @param behaviour the network of the snapshot that the decisions were drawn with
     */
    public DecisionBatch drawnBy(PolicyNetwork behaviour) {
        double[] mu = new double[count()];
        double[] kappa = new double[count()];
        behaviour.heads(features, count(), mu, kappa);
        double[] old = new double[count()];
        BetaTerms terms = new BetaTerms(DenseKernel.fastest());
        for (int d = 0; d < old.length; d++) {
            int r = d % BetaTerms.ROWS;
            if (r == 0) {
                terms.of(mu, kappa, d, Math.min(BetaTerms.ROWS, old.length - d));
            }
            old[d] = terms.logProbability(r, this, d);
        }
        return with(advantage, old, referenceMu, referenceKappa, likelihood);
    }

    /**
     * The same decisions with other advantages.
     *
     * @param advantages {@code [D]}
     */
    public DecisionBatch withAdvantages(double[] advantages) {
        return with(advantages, oldLogProbability, referenceMu, referenceKappa, likelihood);
    }

    /**
     * The same decisions with a reference policy that the divergence is measured from.
     *
     * @param reference its network
     */
    public DecisionBatch comparedWith(PolicyNetwork reference) {
        double[] mu = new double[count()];
        double[] kappa = new double[count()];
        reference.heads(features, count(), mu, kappa);
        return comparedWith(mu, kappa);
    }

    /** The same with the heads of the reference given, {@code [D]} each. */
    DecisionBatch comparedWith(double[] mu, double[] kappa) {
        return with(advantage, oldLogProbability, mu, kappa, likelihood);
    }

    /**
     * Several batches as one, trajectories in order.
     *
     * @param parts at least one; all with or all without a reference
     */
    public static DecisionBatch concatenated(List<DecisionBatch> parts) {
        int count = parts.stream().mapToInt(DecisionBatch::count).sum();
        int trajectories = parts.stream().mapToInt(DecisionBatch::trajectories).sum();
        int width = parts.get(0).featureCount;
        int reference = parts.get(0).hasReference() ? count : 0;
        float[] features = new float[count * width];
        double[] latent = new double[count];
        double[] logLatent = new double[count];
        double[] logRest = new double[count];
        double[] advantage = new double[count];
        double[] old = new double[count];
        double[] mu = new double[reference];
        double[] kappa = new double[reference];
        int[] starts = new int[trajectories + 1];
        int at = 0;
        int trajectory = 0;
        for (DecisionBatch part : parts) {
            if (part.featureCount != width) {
                throw new IllegalArgumentException(
                        "batches of " + width + " and of " + part.featureCount + " features cannot be joined");
            }
            System.arraycopy(part.features, 0, features, at * width, part.features.length);
            System.arraycopy(part.latent, 0, latent, at, part.count());
            System.arraycopy(part.logLatent, 0, logLatent, at, part.count());
            System.arraycopy(part.logRest, 0, logRest, at, part.count());
            System.arraycopy(part.advantage, 0, advantage, at, part.count());
            System.arraycopy(part.oldLogProbability, 0, old, at, part.count());
            if (part.hasReference()) {
                System.arraycopy(part.referenceMu, 0, mu, at, part.count());
                System.arraycopy(part.referenceKappa, 0, kappa, at, part.count());
            }
            for (int j = 0; j < part.trajectories(); j++) {
                starts[trajectory++] = at + part.starts[j];
            }
            at += part.count();
        }
        starts[trajectory] = count;
        return new DecisionBatch(
                width,
                features,
                latent,
                logLatent,
                logRest,
                advantage,
                old,
                mu,
                kappa,
                starts,
                parts.get(0).likelihood);
    }

    /** D. */
    public int count() {
        return latent.length;
    }

    /** Number of trajectories J. */
    public int trajectories() {
        return starts.length - 1;
    }

    /** F. */
    public int featureCount() {
        return featureCount;
    }

    /** Share of every decision in the total weight before it is averaged, {@code [D]}. */
    double[] weights(LossAverage average) {
        double[] weights = new double[count()];
        for (int j = 0; j < trajectories(); j++) {
            int decisions = starts[j + 1] - starts[j];
            Arrays.fill(
                    weights, starts[j], starts[j + 1], average == LossAverage.TRAJECTORY_MEAN ? 1.0 / decisions : 1);
        }
        return weights;
    }

    /** States of some decisions in double, {@code [to - from, F]}. */
    public double[] states(int from, int to) {
        double[] states = new double[(to - from) * featureCount];
        for (int i = 0; i < states.length; i++) {
            states[i] = features[from * featureCount + i];
        }
        return states;
    }

    /** Latents {@code [to - from]} of some decisions. */
    public double[] latents(int from, int to) {
        return Arrays.copyOfRange(latent, from, to);
    }

    /** Advantages {@code [to - from]} of some decisions. */
    public double[] advantages(int from, int to) {
        return Arrays.copyOfRange(advantage, from, to);
    }

    /** Log densities {@code [to - from]} under the policy that drew some decisions. */
    public double[] oldLogProbabilities(int from, int to) {
        return Arrays.copyOfRange(oldLogProbability, from, to);
    }

    boolean hasReference() {
        return referenceMu.length > 0;
    }
}
