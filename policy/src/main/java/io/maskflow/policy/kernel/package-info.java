/**
 * The arithmetic under the policy network, twice: with the Vector API and in plain loops.
 *
 * <p>Start at {@link io.maskflow.policy.kernel.DenseKernel#fastest()}; {@link io.maskflow.policy.kernel.SiluNetwork} is
 * the network of XF §4.2 up to its two head logits, forward and backward, written against that interface. Both kernels
 * run the same operations in the same order for every number, so their results are equal to the bit on any lane width.
 * Nothing here knows of distributions, rewards or trajectories.
 */
package io.maskflow.policy.kernel;
