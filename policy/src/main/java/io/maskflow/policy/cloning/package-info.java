/**
 * The warm start: a policy that imitates a given rule before it learns from rewards.
 *
 * <p>Start at {@link io.maskflow.policy.cloning.PolicyCloning}; {@link io.maskflow.policy.cloning.SyntheticRows} are states to learn from where none
 * were decoded.
 */
package io.maskflow.policy.cloning;
