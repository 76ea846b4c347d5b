/**
 * How big a step each token takes (XF §4.2): the state it is judged by, the network, the Beta distribution over the
 * step, and the file that carries them.
 *
 * <p>Start at {@link io.maskflow.policy.BetaStepSizePolicy}, which is the decoder's {@code StepSizePolicy}: it asks
 * {@link io.maskflow.policy.PolicyState} for the features of each position, {@link io.maskflow.policy.PolicyNetwork} for
 * mean and concentration, and either draws {@code y} from a
 * {@link io.maskflow.policy.distribution.StepDistribution} or takes the expectation of its
 * {@link io.maskflow.policy.distribution.ActionScale}. {@link io.maskflow.policy.PolicyFile} reads and writes
 * {@code policy.safetensors}. How the choice is learned is in {@code policy.grpo}. Prompts, programs and rewards never
 * come here.
 */
package io.maskflow.policy;
