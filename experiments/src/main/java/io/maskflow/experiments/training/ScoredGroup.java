package io.maskflow.experiments.training;

import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.reward.PassRate;
import io.maskflow.reward.TaskReward;
import io.maskflow.reward.sandbox.Verdict;
import io.maskflow.reward.sandbox.VerdictKind;
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
     * How much better each position of each sample did than its group.
     *
     * @param advantage how samples are compared
     * @return {@code [G, N]} in sample order; an empty row for a sample without a verdict
     */
    double[][] worth(GroupAdvantage advantage) {
        double[][] compared = advantage.of(task, finalProgress());
        double[][] worth = new double[verdicts.size()][];
        int next = 0;
        for (int g = 0; g < worth.length; g++) {
            worth[g] = verdicts.get(g).decided() ? compared[next++] : new double[0];
        }
        return worth;
    }

    /** How many samples ended in a class. */
    long count(VerdictKind kind) {
        return verdicts.stream().filter(verdict -> verdict.kind() == kind).count();
    }
}
