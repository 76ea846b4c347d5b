/**
 * Every setting of {@code train} and {@code filter}'s shared parts, as records that check themselves.
 *
 * <p>Start at {@link io.maskflow.experiments.training.settings.TrainConfig}.
 */
package io.maskflow.experiments.training.settings;
