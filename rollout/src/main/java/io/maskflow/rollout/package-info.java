/**
 * Many decodings at once, remembered exactly.
 *
 * <p>Start at {@link io.maskflow.rollout.GroupRollout}: it decodes the {@code G} samples of one prompt with a sampling
 * policy and returns a {@link io.maskflow.rollout.TrajectoryGroup}. A {@link io.maskflow.rollout.Fleet} says who runs
 * such a task where; {@link io.maskflow.rollout.InProcessFleet} runs it on threads of this JVM, one backbone each.
 * {@link io.maskflow.rollout.FleetProvider} finds another engine on the class path: Apache Spark, in a module of its own,
 * {@code rollout/spark}. Threads and queues live here and nowhere else.
 *
 * <p>Never here: rewards, problems, sandboxes. A trajectory comes back without a score (XF §4.2).
 */
package io.maskflow.rollout;
