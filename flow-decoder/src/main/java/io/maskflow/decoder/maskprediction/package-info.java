/**
 * Discrete decoding: every step fills some masked positions for good and leaves the rest masked (XF §2, the baseline).
 *
 * <p>Start at {@link io.maskflow.decoder.maskprediction.MaskPredictionDecoder}; it follows LLaDA's published sampler, and
 * with a threshold Fast-dLLM's confidence-parallel decoding. Never here: continuous states.
 */
package io.maskflow.decoder.maskprediction;
