package io.maskflow.rollout;

import java.io.Serializable;
import java.util.List;

/**
 * The {@code G} trajectories of one prompt, in sample order.
 *
 * @param task what was asked for
 * @param trajectories {@code G} trajectories, or some of them
 * @param modelCalls sequences that went through the network for them: the sum of their {@code nfe}, less what they shared
 */
public record TrajectoryGroup(GroupTask task, List<Trajectory> trajectories, long modelCalls) implements Serializable {

    /** Copies the list. */
    public TrajectoryGroup {
        trajectories = List.copyOf(trajectories);
    }

    /** Trajectories that shared nothing. */
    public TrajectoryGroup(GroupTask task, List<Trajectory> trajectories) {
        this(
                task,
                trajectories,
                trajectories.stream().mapToLong(Trajectory::nfe).sum());
    }
}
