package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import java.io.Serializable;
import java.util.List;

/**
 * What it takes to differentiate a group: the loss and the parameters of the moment. Immutable and small, so that it can
 * be sent to whoever holds the group's decisions.
 *
 * @param config the loss and its arithmetic
 * @param policy network at the current parameters, not rounded
 * @param reference the policy that the divergence is measured from, if any; at most one
 * @paper XF §4.2 (GRPO, 2402.03300)
 */
public record GroupLoss(GrpoConfig config, PolicyNetwork policy, List<PolicyNetwork> reference)
        implements Serializable {

    /** Copies the list. */
    public GroupLoss {
        reference = List.copyOf(reference);
    }

    /**
     * The gradient of a batch, not averaged: a sum over its trajectories in order, so that the gradients of its parts, added
     * in order, give the same bits.
     *
     * @param batch decisions, with or without their reference
     */
    public SurrogateGradient gradient(DecisionBatch batch) {
        DecisionBatch compared =
                reference.isEmpty() || batch.hasReference() ? batch : batch.comparedWith(reference.get(0));
        return SurrogateGradient.of(
                LearnerBackend.of(config.backend()),
                policy,
                compared,
                config.surrogate(),
                config.lossAggregation(),
                config.ratio() == GrpoConfig.Ratio.SEQUENCE);
    }
}
