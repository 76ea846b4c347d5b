/**
 * Teaches a backbone: masked diffusion pretraining from random weights, and x-prediction alignment, which makes a mask
 * predictor keep clean tokens clean so that the flow decoder can use it.
 *
 * <p>Start at {@link io.maskflow.alignment.Pretraining} and {@link io.maskflow.alignment.Alignment}, which share
 * {@link io.maskflow.alignment.Training}, the loop. What it needs stands below: {@code recipe}, {@code loss},
 * {@code network}, {@code objective}, {@code data}.
 *
 * <p>Never here: problems, rewards, decoding. Serves XF sections 2 (Eq. 1), 4.1 and 5.1.
 */
package io.maskflow.alignment;
