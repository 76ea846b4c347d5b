package io.maskflow.rollout;

import io.maskflow.decoder.SampleKey;
import java.io.Serializable;

/**
 * One prompt and its {@code G} samples: the unit of rollout work. Carries all identity that random draws depend on, so
 * the same task gives the same trajectories on any worker, in any order, at any time.
 *
 * @param runSeed seed of the run
 * @param step training step
 * @param prompt stable number of the prompt
 * @param copy how often the prompt came before in this step, 0 for its first group: groups of one prompt draw differently
 * @param promptIds its token ids
 * @param groupSize {@code G}, at least 1
 * @param responseLength {@code N}
 * @param totalSteps {@code T} for this group
 * @param price of a model call for this group, shared by all its samples; 0 for none
 */
public record GroupTask(
        long runSeed,
        long step,
        long prompt,
        int copy,
        int[] promptIds,
        int groupSize,
        int responseLength,
        int totalSteps,
        double price)
        implements Serializable {

    /** The first group of a prompt in a step. */
    public GroupTask(
            long runSeed,
            long step,
            long prompt,
            int[] promptIds,
            int groupSize,
            int responseLength,
            int totalSteps,
            double price) {
        this(runSeed, step, prompt, 0, promptIds, groupSize, responseLength, totalSteps, price);
    }

    /** The first group of a prompt in a step, its calls without a price. */
    public GroupTask(
            long runSeed, long step, long prompt, int[] promptIds, int groupSize, int responseLength, int totalSteps) {
        this(runSeed, step, prompt, promptIds, groupSize, responseLength, totalSteps, 0);
    }

    /** Whose draws those of a sample are. */
    SampleKey key(int sample) {
        return new SampleKey(runSeed, step, prompt, (long) copy * groupSize + sample);
    }

    /** Checks the group size. */
    public GroupTask {
        if (groupSize < 1) {
            throw new IllegalArgumentException("groupSize must be at least 1, was " + groupSize);
        }
    }
}
