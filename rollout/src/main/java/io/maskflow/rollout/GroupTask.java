package io.maskflow.rollout;

import java.io.Serializable;

/**
 * One prompt and its {@code G} samples: the unit of rollout work. Carries all identity that random draws depend on, so
 * the same task gives the same trajectories on any worker, in any order, at any time.
 *
 * @param runSeed seed of the run
 * @param step training step
 * @param prompt stable number of the prompt
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
        int[] promptIds,
        int groupSize,
        int responseLength,
        int totalSteps,
        double price)
        implements Serializable {

    /** A group whose calls cost nothing. */
    public GroupTask(
            long runSeed, long step, long prompt, int[] promptIds, int groupSize, int responseLength, int totalSteps) {
        this(runSeed, step, prompt, promptIds, groupSize, responseLength, totalSteps, 0);
    }

    /** Checks the group size. */
    public GroupTask {
        if (groupSize < 1) {
            throw new IllegalArgumentException("groupSize must be at least 1, was " + groupSize);
        }
    }
}
