package io.maskflow.experiments.training.step;

import io.maskflow.policy.Exploration;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.ParameterNoise;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.SharedNoise;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GrpoConfig.Estimator;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.Trajectory;
import java.io.Serializable;

/**
 * What is kept of a trajectory to learn from, as the estimator needs it.
 *
 * @param estimator what the update estimates
 * @param exploration how the trajectory was drawn
 */
record DrawnLatents(Estimator estimator, Exploration exploration) implements Serializable {

    private static final double[] NONE = {};

    /**
     * The decisions of a trajectory, without advantages; for {@code evolution} the direction that its policy was changed in.
     *
     * @param trajectory with its decisions
     * @param behaviour the policy that drew it
     * @param lastStepCounts whether actions of the last step of a block are kept
     */
    RolledSlice.Drawn of(Trajectory trajectory, PolicyNetwork behaviour, boolean lastStepCounts) {
        Decisions decisions =
                lastStepCounts ? trajectory.decisions() : trajectory.decisions().without(trajectory.closingSteps());
        DecisionBatch batch = DecisionBatch.trajectory(
                decisions.featureCount(),
                decisions.features(),
                decisions.latent(),
                decisions.position(),
                new double[trajectory.finalProgress().length],
                decisions.logProbability());
        if (estimator == Estimator.EVOLUTION) {
            double[] direction = ParameterNoise.direction(LatentStreams.KEYED, trajectory.key(), behaviour.shape());
            return new RolledSlice.Drawn(batch, decisions.position(), direction, exploration.parameterNoise());
        }
        boolean tied = estimator == Estimator.JOINT && exploration.sharedNoise() > 0;
        DecisionBatch scored = tied && batch.count() > 0
                ? DecisionBatch.tied(
                        batch,
                        new SharedNoise(exploration, LatentStreams.KEYED, trajectory.key(), decisions.featureCount()),
                        1 - exploration.sharedNoise(),
                        decisions.step(),
                        decisions.position(),
                        behaviour)
                : batch.drawnBy(behaviour);
        return new RolledSlice.Drawn(scored, decisions.position(), NONE, 0);
    }
}
