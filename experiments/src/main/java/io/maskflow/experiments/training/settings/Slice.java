package io.maskflow.experiments.training.settings;

import io.maskflow.reward.problem.Problem;
import io.maskflow.rollout.GroupTask;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of one group that one task rolls out: all of them, or one. Which it is moves no number.
 *
 * @param task the group
 * @param problem what its answers are graded by
 * @param first first sample
 * @param end sample behind the last one
 */
public record Slice(GroupTask task, Problem problem, int first, int end) implements Serializable {

    /** A group in slices of some samples each, in sample order. */
    public static List<Slice> of(GroupTask task, Problem problem, int samples) {
        List<Slice> slices = new ArrayList<>();
        for (int first = 0; first < task.groupSize(); first += samples) {
            slices.add(new Slice(task, problem, first, Math.min(task.groupSize(), first + samples)));
        }
        return slices;
    }

    /** Whether it holds every sample of its group. */
    public boolean wholeGroup() {
        return end - first == task.groupSize();
    }
}
