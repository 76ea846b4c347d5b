/**
 * How the step size is learned: group-relative policy optimisation (GRPO, 2402.03300) on decisions and advantages
 * (XF §4.2).
 *
 * <p>Start at {@link io.maskflow.policy.grpo.GrpoLearner}: it holds the parameters and turns {@link
 * io.maskflow.policy.grpo.DecisionBatch batches of decisions} into updates. {@link
 * io.maskflow.policy.grpo.GroupAdvantage} compares the samples of one prompt, {@link
 * io.maskflow.policy.grpo.ClippedSurrogate} is the loss of one decision with its derivatives, {@link
 * io.maskflow.policy.grpo.backend.LearnerBackend} carries them through the network. What an update estimates is {@link io.maskflow.policy.grpo.GrpoConfig.Estimator}; {@link
 * io.maskflow.policy.grpo.Likelihood} scores draws, {@link io.maskflow.policy.grpo.SequenceTerms} gives a trajectory one
 * ratio. Prompts, programs and sandboxes are unknown here.
 */
package io.maskflow.policy.grpo;
