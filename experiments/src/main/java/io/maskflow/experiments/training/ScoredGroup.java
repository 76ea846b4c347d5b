package io.maskflow.experiments.training;

import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.reward.PassRate;
import io.maskflow.reward.TaskReward;
import io.maskflow.reward.sandbox.Verdict;
import io.maskflow.reward.sandbox.VerdictKind;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * A group and its verdicts. Samples without a verdict take no part in anything that is learned: neither in the mean that
 * the others are compared with, nor in the loss.
 *
 * @param group the trajectories
 * @param verdicts one per trajectory
 * @param judged the trajectories that have a verdict, in sample order
 * @param task their task rewards
 */
record ScoredGroup(TrajectoryGroup group, List<Verdict> verdicts, List<Trajectory> judged, double[] task) {

    static ScoredGroup of(TrajectoryGroup group, List<Verdict> verdicts, TaskReward reward) {
        List<Trajectory> judged = new ArrayList<>();
        List<Double> task = new ArrayList<>();
        for (int g = 0; g < verdicts.size(); g++) {
            if (verdicts.get(g).decided()) {
                judged.add(group.trajectories().get(g));
                task.add(reward.of(PassRate.of(verdicts.get(g))));
            }
        }
        return new ScoredGroup(
                group, verdicts, judged, task.stream().mapToDouble(d -> d).toArray());
    }

    /** Whether all task rewards are equal. The completion reward is never asked: it makes any group look varied. */
    boolean flat() {
        return task.length < 2 || GroupAdvantage.flat(task);
    }

    /** {@code [G', N]} final progress of the judged samples. */
    float[][] finalProgress() {
        return judged.stream().map(Trajectory::finalProgress).toArray(float[][]::new);
    }

    /**
     * The decisions with their advantages, ready for the learner.
     *
     * @param advantage how samples are compared
     * @param lastStepCounts whether the actions of the last step are learned from. They move the final progress, but no
     *     token: what is written is read from the last model call, which came before them
     */
    DecisionBatch compared(GroupAdvantage advantage, boolean lastStepCounts) {
        double[][] perPosition = advantage.of(task, finalProgress());
        List<DecisionBatch> batches = new ArrayList<>();
        for (int g = 0; g < judged.size(); g++) {
            Trajectory trajectory = judged.get(g);
            Decisions decisions = lastStepCounts
                    ? trajectory.decisions()
                    : trajectory.decisions().before(trajectory.totalSteps() - 1);
            batches.add(DecisionBatch.trajectory(
                    decisions.featureCount(),
                    decisions.features(),
                    decisions.latent(),
                    decisions.position(),
                    perPosition[g],
                    decisions.logProbability()));
        }
        return DecisionBatch.concatenated(batches);
    }

    /** How many samples ended in a class. */
    long count(VerdictKind kind) {
        return verdicts.stream().filter(verdict -> verdict.kind() == kind).count();
    }
}
