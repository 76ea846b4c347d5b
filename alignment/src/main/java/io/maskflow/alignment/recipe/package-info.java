/**
 * How weights are changed, whatever they are taught: the settings of a training, the optimizer and its rate, what is masked
 * ({@link io.maskflow.alignment.recipe.MaskCorruption}), adapters.
 *
 * <p>Start at {@link io.maskflow.alignment.recipe.TrainingConfig}.
 */
package io.maskflow.alignment.recipe;
