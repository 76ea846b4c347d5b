/**
 * What a backbone is taught, one class each: x-prediction, plain masked diffusion, soft masking, EvoToken.
 *
 * <p>{@link io.maskflow.alignment.objective.Objective} is the choice as a settings file writes it.
 */
package io.maskflow.alignment.objective;
