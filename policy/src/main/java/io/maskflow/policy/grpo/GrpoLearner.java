package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicySnapshot;
import io.maskflow.policy.distribution.ActionScale;
import io.maskflow.policy.distribution.LinearScaleAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the policy while it learns. A training step is: hand out {@link #snapshot()}, roll out, compare, then {@link
 * #update}; or, when groups are differentiated elsewhere, {@link #gradient} per group, their sum in prompt order to
 * {@link #apply}, {@code innerEpochs} times, and {@link #endStep}.
 *
 * <p>Parameters and moments are doubles and never rounded; what leaves the learner in a snapshot or a file is rounded to
 * float32. Every result is a function of the parameters and the batches in their order. Used by one thread; {@link
 * #gradient} may be called by several at once.
 *
 * @paper XF §4.2 (GRPO, 2402.03300)
 */
public final class GrpoLearner {

    private final GrpoConfig config;
    private final PolicyShape shape;
    private final long totalSteps;
    private final double[] parameters;
    private final double[] average;
    private final Optional<PolicyNetwork> reference;
    private final AdamW optimizer;
    private PolicyNetwork policy;
    private long updates;
    private long steps;

    /**
     * A learner before its first step. Where {@code config.kl() > 0} the initial policy is the reference.
     *
     * @param config every knob
     * @param initial policy to start from
     * @param totalSteps training steps of the run, for the schedules
     */
    public GrpoLearner(GrpoConfig config, PolicyNetwork initial, long totalSteps) {
        this(
                config,
                initial.shape(),
                totalSteps,
                initial.parameters(),
                initial.parameters(),
                config.kl() > 0 ? Optional.of(initial.rounded()) : Optional.empty(),
                new double[initial.shape().parameterCount()],
                new double[initial.shape().parameterCount()]);
    }

    private GrpoLearner(
            GrpoConfig config,
            PolicyShape shape,
            long totalSteps,
            double[] parameters,
            double[] average,
            Optional<PolicyNetwork> reference,
            double[] firstMoment,
            double[] secondMoment) {
        this.config = config;
        this.shape = shape;
        this.totalSteps = totalSteps;
        this.parameters = parameters;
        this.average = average;
        this.reference = reference;
        optimizer = new AdamW(config, firstMoment, secondMoment);
        policy = new PolicyNetwork(shape, parameters);
    }

    /**
     * A learner that goes on where another one stopped, to the bit.
     *
     * @param config the same knobs
     * @param shape the policy's shape
     * @param totalSteps training steps of the run
     * @param state from {@link #state()}
     */
    public static GrpoLearner resume(GrpoConfig config, PolicyShape shape, long totalSteps, LearnerState state) {
        int p = shape.parameterCount();
        double[] reference = state.arrays().get("reference");
        GrpoLearner learner = new GrpoLearner(
                config,
                shape,
                totalSteps,
                state.copy("parameters", p),
                state.copy("average", p),
                reference.length == 0 ? Optional.empty() : Optional.of(new PolicyNetwork(shape, reference)),
                state.copy("first_moment", p),
                state.copy("second_moment", p));
        learner.updates = (long) state.arrays().get("counters")[0];
        learner.steps = (long) state.arrays().get("counters")[1];
        return learner;
    }

    /** Everything that {@link #resume} needs. */
    public LearnerState state() {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        arrays.put("parameters", parameters.clone());
        arrays.put("average", average.clone());
        arrays.put("first_moment", optimizer.firstMoment.clone());
        arrays.put("second_moment", optimizer.secondMoment.clone());
        arrays.put("reference", reference.map(PolicyNetwork::parameters).orElse(new double[0]));
        arrays.put("counters", new double[] {updates, steps});
        return new LearnerState(arrays);
    }

    /** The policy at the current parameters, not rounded. */
    public PolicyNetwork policy() {
        return policy;
    }

    /** The policy to roll out with, rounded to float32. */
    public PolicySnapshot snapshot() {
        return new PolicySnapshot(updates, policy);
    }

    /**
     * The running average of the parameters over training steps, rounded to float32: after {@code n} steps those of step
     * {@code k} weigh {@code (1 - d) d^(n - k) / (1 - d^n)}, {@code d = emaDecay}. The initial parameters have no weight, so
     * that the average of a short run is not mostly what it started from. With {@code emaDecay = 0} it is {@link
     * #snapshot()}.
     */
    public PolicySnapshot averaged() {
        return new PolicySnapshot(updates, new PolicyNetwork(shape, average));
    }

    /** The policy that the divergence is measured from, if any. */
    public Optional<PolicyNetwork> reference() {
        return reference;
    }

    /** Training steps ended. */
    public long steps() {
        return steps;
    }

    /** Parameter updates made. */
    public long updates() {
        return updates;
    }

    /** {@code lambda} of this training step. */
    public double completionWeight() {
        return config.completionWeight(steps, totalSteps);
    }

    /** The learning rate of this training step. */
    public double learningRate() {
        return config.learningRate() * config.schedule().share(steps, totalSteps);
    }

    /** How the samples of a group are compared in this training step. */
    public GroupAdvantage groupAdvantage() {
        return config.groupAdvantage(completionWeight());
    }

    /** What a worker needs to differentiate at the current parameters. */
    public GroupLoss loss() {
        return new GroupLoss(config, policy, reference.map(List::of).orElse(List.of()));
    }

    /**
     * The gradient of one group (or of any batch) at the current parameters, not averaged.
     *
     * @param batch decisions, with their reference if {@code grpo.kl} is above 0
     */
    public SurrogateGradient gradient(DecisionBatch batch) {
        return loss().gradient(batch);
    }

    /**
     * The sum of the gradients of several groups, added in the order given.
     *
     * @param parts one per group, in prompt order; none gives the empty gradient
     */
    public SurrogateGradient sum(List<SurrogateGradient> parts) {
        SurrogateGradient sum = SurrogateGradient.zero(parameters.length);
        parts.forEach(sum::add);
        return sum;
    }

    /**
     * Changes the parameters by one AdamW step along the averaged gradient, its global norm limited. Without any
     * decision nothing changes, the moments included.
     *
     * @param sum gradients of all groups, added in prompt order
     * @return what was seen
     * @throws ArithmeticException if the gradient is not finite; the parameters are then as before
     */
    public UpdateMetrics apply(SurrogateGradient sum) {
        double[] gradient = sum.mean();
        double squares = 0;
        for (double g : gradient) {
            squares += g * g;
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException("the policy gradient must be finite, its norm was " + norm + " at step "
                    + steps + " over " + sum.decisions() + " decisions");
        }
        UpdateMetrics metrics = metrics(sum, norm);
        if (sum.weight() > 0) {
            if (config.maxGradNorm() > 0 && norm > config.maxGradNorm()) {
                double scale = config.maxGradNorm() / norm;
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] *= scale;
                }
            }
            updates++;
            optimizer.update(parameters, gradient, learningRate(), updates);
            policy = new PolicyNetwork(shape, parameters);
        }
        return metrics;
    }

    /** Ends a training step: the schedules move on, the average takes the parameters in. */
    public void endStep() {
        steps++;
        double past = config.emaDecay();
        double share = (1 - past) / (1 - StrictMath.pow(past, steps)); // 1 at the first step
        for (int i = 0; i < average.length; i++) {
            average[i] = share == 1 ? parameters[i] : average[i] + share * (parameters[i] - average[i]);
        }
    }

    /**
     * A whole training step on batches that are here: {@code innerEpochs} times the sum over groups, applied.
     *
     * @param groups one batch per group, in prompt order; skipped groups left out
     * @return means over the inner epochs
     */
    public UpdateMetrics update(List<DecisionBatch> groups) {
        List<DecisionBatch> compared = groups.stream()
                .map(group -> reference.isPresent() ? group.comparedWith(reference.get()) : group)
                .toList();
        List<UpdateMetrics> updates = new ArrayList<>();
        for (int epoch = 0; epoch < config.innerEpochs(); epoch++) {
            for (List<DecisionBatch> part : minibatches(compared)) {
                SurrogateGradient sum = SurrogateGradient.zero(parameters.length);
                for (DecisionBatch group : part) {
                    sum.add(gradient(group));
                }
                updates.add(apply(sum));
            }
        }
        endStep();
        return UpdateMetrics.mean(updates, config.innerEpochs());
    }

    /**
     * The groups of a step in {@code grpo.minibatches} parts, in order, their sizes differing by one at most.
     *
     * @param groups in prompt order
     * @return parts; the last ones are empty where there are fewer groups
     */
    public <T> List<List<T>> minibatches(List<T> groups) {
        int parts = config.minibatches();
        List<List<T>> all = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < parts; i++) {
            int to = from + (groups.size() - from + parts - i - 1) / (parts - i);
            all.add(groups.subList(from, to));
            from = to;
        }
        return all;
    }

    /** Of {@code log2 a} on the logarithmic scale, of {@code a} on the linear one. */
    private double range() {
        ActionScale scale = shape.action();
        return scale instanceof LinearScaleAction ? scale.aMax() - scale.aMin() : scale.log2(1) - scale.log2(0);
    }

    private UpdateMetrics metrics(SurrogateGradient gradient, double norm) {
        SurrogateSums s = gradient.sums;
        double n = s.count; // 0 where every group was flat: a mean of nothing is NaN, and null in metrics.jsonl
        double log2 = shape.action().log2(s.latent / n);
        return new UpdateMetrics(
                s.count,
                s.count == 0 ? Double.NaN : gradient.loss(),
                s.entropy / n,
                s.kl / n,
                s.klStep / n,
                s.clippedLow / n,
                s.clippedHigh / n,
                s.ratio * s.ratio / (n * s.ratioSquared),
                s.ratio / n,
                s.count == 0 ? Double.NaN : s.ratioMin,
                s.count == 0 ? Double.NaN : s.ratioMax,
                norm,
                learningRate(),
                s.mu / n,
                s.kappa / n,
                log2,
                range() * s.spread / n);
    }
}
