package io.maskflow.rollout;

import java.util.List;

/**
 * The {@code G} trajectories of one prompt, in sample order.
 *
 * @param task what was asked for
 * @param trajectories {@code G} trajectories
 */
public record TrajectoryGroup(GroupTask task, List<Trajectory> trajectories) {

    /** Copies the list. */
    public TrajectoryGroup {
        trajectories = List.copyOf(trajectories);
    }
}
