/**
 * Three ways to carry derivatives through the policy network, equal up to rounding: Vector API, plain loops, ND4J.
 *
 * <p>Start at {@link io.maskflow.policy.grpo.backend.LearnerBackend}. Never here: what is differentiated.
 */
package io.maskflow.policy.grpo.backend;
