package io.maskflow.experiments.training.step;

import io.maskflow.experiments.training.settings.Slice;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GroupLoss;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * A slice after its rollout, as it stays on the worker: outlines and verdicts for the report, decisions for the gradients.
 *
 * @param slice what was asked for
 * @param outlines its trajectories without their decisions; none after a fault
 * @param modelCalls sequences that went through the network for them
 * @param verdicts one per trajectory
 * @param given what the commands among the rewards said of each
 * @param drawn the decisions of each trajectory, none of them with an advantage yet
 * @param fault why there is nothing, or empty
 */
record RolledSlice(
        Slice slice,
        List<Trajectory> outlines,
        long modelCalls,
        List<Verdict> verdicts,
        List<double[]> given,
        List<Drawn> drawn,
        String fault)
        implements Serializable {

    /**
     * The decisions of one trajectory.
     *
     * @param batch without advantages
     * @param position response position of each
     * @param direction in which the policy was changed that decoded the trajectory; empty where its latents were drawn
     * @param sigma how far
     */
    record Drawn(DecisionBatch batch, int[] position, double[] direction, double sigma) implements Serializable {

        SurrogateGradient gradient(double[] positionAdvantage, GroupLoss loss) {
            if (direction.length == 0) {
                return loss.gradient(worth(positionAdvantage));
            }
            PolicyShape shape = loss.policy().shape();
            double mean = Arrays.stream(positionAdvantage).average().orElse(0);
            return SurrogateGradient.evolution(shape.parameterCount(), shape.muHead(), direction, sigma, mean);
        }

        DecisionBatch worth(double[] positionAdvantage) {
            double[] advantage = new double[position.length];
            for (int d = 0; d < advantage.length; d++) {
                advantage[d] = positionAdvantage[position[d]];
            }
            return batch.withAdvantages(advantage);
        }
    }

    /** A slice that met numbers that are not finite. */
    static RolledSlice failed(Slice slice, String fault) {
        return new RolledSlice(slice, List.of(), 0, List.of(), List.of(), List.of(), fault);
    }

    boolean faulty() {
        return !fault.isEmpty();
    }

    /** The same without decisions: what is sent to the learner. */
    RolledSlice outline() {
        return new RolledSlice(slice, outlines, modelCalls, verdicts, given, List.of(), fault);
    }

    /**
     * The gradient of this slice, not averaged: that of each trajectory, added in sample order, so that how a group is cut
     * into slices moves no bit.
     *
     * @param worth {@code [samples, N]} advantage of each response position; an empty row for a sample that takes no part
     * @param loss what is differentiated
     */
    SurrogateGradient gradient(double[][] worth, GroupLoss loss) {
        SurrogateGradient sum = SurrogateGradient.zero(loss.policy().shape().parameterCount());
        for (int g = 0; g < drawn.size(); g++) {
            if (worth[g].length > 0) {
                sum.add(drawn.get(g).gradient(worth[g], loss));
            }
        }
        return sum;
    }

    /** The slices of one group, in sample order, put together. */
    static TrajectoryGroup group(List<RolledSlice> slices) {
        List<Trajectory> all =
                slices.stream().flatMap(slice -> slice.outlines().stream()).toList();
        long calls = slices.stream().mapToLong(RolledSlice::modelCalls).sum();
        return new TrajectoryGroup(slices.get(0).slice().task(), all, calls);
    }
}
