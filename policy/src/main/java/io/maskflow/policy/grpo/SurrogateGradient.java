package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import java.io.Serializable;
import java.util.Optional;

/**
 * A gradient that is not averaged yet, and what was seen on the way: parts are computed one by one (a group on a
 * worker, a trajectory within a group), added in a fixed order, and divided by the total weight at the end.
 *
 * <p>With {@code trajectory_mean} a trajectory weighs 1 and its decisions share that; with {@code token_mean} each
 * decision weighs 1. A trajectory without decisions weighs nothing.
 */
public final class SurrogateGradient implements Serializable {

    private static final long serialVersionUID = 1L;

    /** States that are in memory in double at a time. */
    private static final int DECISIONS_AT_ONCE = 8192;

    private final double[] sum;
    private double weight;
    final SurrogateSums sums = new SurrogateSums();

    private SurrogateGradient(int parameters) {
        sum = new double[parameters];
    }

    /**
     * Nothing yet.
     *
     * @param parameters P
     */
    public static SurrogateGradient zero(int parameters) {
        return new SurrogateGradient(parameters);
    }

    /** The gradient of a batch, each decision with its own ratio. */
    public static SurrogateGradient of(
            LearnerBackend backend,
            PolicyNetwork policy,
            DecisionBatch batch,
            ClippedSurrogate surrogate,
            LossAverage average) {
        return of(backend, policy, batch, surrogate, average, false);
    }

    /**
     * The gradient of a batch at given parameters, decision by decision in their order.
     *
     * @param backend the arithmetic
     * @param policy network at the current parameters
     * @param batch decisions
     * @param surrogate the loss of a decision
     * @param average how decisions are weighted
     * @param perSequence whether a trajectory has one ratio; always so where its latents are scored together
     */
    public static SurrogateGradient of(
            LearnerBackend backend,
            PolicyNetwork policy,
            DecisionBatch batch,
            ClippedSurrogate surrogate,
            LossAverage average,
            boolean perSequence) {
        if (batch.count() > 0 && batch.featureCount != policy.shape().state().size()) {
            throw new IllegalArgumentException("the policy reads "
                    + policy.shape().state().size() + " features, the batch has " + batch.featureCount);
        }
        SurrogateGradient gradient = zero(policy.shape().parameterCount());
        double[] weight = batch.weights(average);
        BetaTerms terms = new BetaTerms(backend.kernel());
        Optional<SequenceTerms> sequence = perSequence || batch.likelihood.isTied()
                ? Optional.of(SequenceTerms.of(policy, batch, backend.kernel()))
                : Optional.empty();
        for (int start = 0; start < batch.count(); start += DECISIONS_AT_ONCE) {
            int from = start;
            int to = Math.min(batch.count(), from + DECISIONS_AT_ONCE);
            double[] part = backend.gradient(
                    policy,
                    batch.states(from, to),
                    (first, count, mu, kappa, dMu, dKappa) -> surrogate.evaluate(
                            batch,
                            sequence,
                            from + first,
                            count,
                            mu,
                            kappa,
                            weight,
                            dMu,
                            dKappa,
                            terms,
                            gradient.sums));
            for (int i = 0; i < part.length; i++) {
                gradient.sum[i] += part[i];
            }
        }
        for (int j = 0; j < batch.trajectories(); j++) {
            int decisions = batch.starts[j + 1] - batch.starts[j];
            gradient.weight += average == LossAverage.TOKEN_MEAN ? decisions : decisions > 0 ? 1 : 0;
        }
        return gradient;
    }

    /**
     * The estimate of one trajectory that was decoded by a policy with changed parameters, {@code theta + sigma e} on some of
     * them: {@code A e / sigma}, the score of {@code N(theta, sigma^2 I)} at what was drawn times the advantage. It estimates
     * the gradient of {@code E_e R(theta + sigma e)} (evolution strategies, 1703.03864; parameter-exploring policy gradients).
     *
     * @param parameters P
     * @param at first changed parameter
     * @param direction {@code e}
     * @param sigma above 0
     * @param advantage A
     */
    public static SurrogateGradient evolution(
            int parameters, int at, double[] direction, double sigma, double advantage) {
        SurrogateGradient gradient = zero(parameters);
        for (int i = 0; i < direction.length; i++) {
            gradient.sum[at + i] = -advantage * direction[i] / sigma;
        }
        gradient.weight = 1;
        gradient.sums.add(-advantage, 1, false, false, 0, 0, 0, 0, 0);
        return gradient;
    }

    /**
     * Adds another part to this one.
     *
     * @param other a part at the same parameters
     * @return this
     */
    public SurrogateGradient add(SurrogateGradient other) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.sum[i];
        }
        weight += other.weight;
        sums.add(other.sums);
        return this;
    }

    /** Total weight: trajectories or decisions. */
    public double weight() {
        return weight;
    }

    /** Decisions seen. */
    public long decisions() {
        return sums.count;
    }

    /** Mean loss; 0 without decisions. */
    public double loss() {
        return weight == 0 ? 0 : sums.loss / weight;
    }

    /** Whether the loss and every entry are finite. */
    public boolean finite() {
        boolean finite = Double.isFinite(sums.loss);
        for (double entry : sum) {
            finite &= Double.isFinite(entry);
        }
        return finite;
    }

    /** The averaged gradient, all zero without decisions. */
    public double[] mean() {
        double[] mean = new double[sum.length];
        for (int i = 0; i < sum.length && weight > 0; i++) {
            mean[i] = sum[i] / weight;
        }
        return mean;
    }
}
