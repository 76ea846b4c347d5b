package io.maskflow.experiments.training.step;

import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
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
 * @param earned what each of them has earned
 * @param task their task rewards, the price of calls taken off
 */
record ScoredGroup(
        TrajectoryGroup group,
        List<Verdict> verdicts,
        List<Trajectory> judged,
        List<Rewards.Earned> earned,
        double[] task) {

    /**
     * @param group the trajectories
     * @param verdicts one per trajectory
     * @param given what the commands among the rewards said of each
     * @param rewards what they are worth
     */
    static ScoredGroup of(TrajectoryGroup group, List<Verdict> verdicts, List<double[]> given, Rewards rewards) {
        List<Trajectory> judged = new ArrayList<>();
        List<Rewards.Earned> earned = new ArrayList<>();
        for (int g = 0; g < verdicts.size(); g++) {
            if (verdicts.get(g).decided()) {
                Trajectory trajectory = group.trajectories().get(g);
                judged.add(trajectory);
                earned.add(rewards.of(verdicts.get(g), trajectory, group.task(), given.get(g)));
            }
        }
        return new ScoredGroup(
                group,
                verdicts,
                judged,
                earned,
                earned.stream().mapToDouble(Rewards.Earned::reward).toArray());
    }

    /** Whether all task rewards are equal, the price of calls included. The completion reward is never asked: it makes any group look varied. */
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
    double[][] advantages(GroupAdvantage advantage) {
        double[][] compared = advantage.of(task, finalProgress());
        double[][] advantages = new double[verdicts.size()][];
        int next = 0;
        for (int g = 0; g < advantages.length; g++) {
            advantages[g] = verdicts.get(g).decided() ? compared[next++] : new double[0];
        }
        return advantages;
    }

    /** How many samples ended in a class. */
    long count(VerdictKind kind) {
        return verdicts.stream().filter(verdict -> verdict.kind() == kind).count();
    }
}
