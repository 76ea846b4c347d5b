/**
 * The Beta distribution over the step (XF Eq. 16) and the scale that makes a step fraction of a draw (Eq. 17): densities,
 * entropies, their derivatives, quantiles, draws.
 *
 * <p>Start at {@link io.maskflow.policy.distribution.StepDistribution} and {@link io.maskflow.policy.distribution.ActionScale}. Never here: who the
 * distribution belongs to.
 */
package io.maskflow.policy.distribution;
