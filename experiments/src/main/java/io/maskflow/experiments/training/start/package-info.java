/**
 * What a policy starts from: random weights, a rule it clones, demonstrations it imitates, a file.
 *
 * <p>Start at {@link io.maskflow.experiments.training.start.InitialPolicy}.
 */
package io.maskflow.experiments.training.start;
