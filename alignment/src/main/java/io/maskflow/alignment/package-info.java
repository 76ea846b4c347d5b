/**
 * Teaches a backbone: masked diffusion pretraining from random weights, and x-prediction alignment, which makes a mask
 * predictor keep clean tokens clean so that the flow decoder can use it.
 *
 * <p>Start at {@link io.maskflow.alignment.Pretraining} and {@link io.maskflow.alignment.Alignment}. The losses are
 * {@link io.maskflow.alignment.MaskedCrossEntropy} and {@link io.maskflow.alignment.XPredictionLoss}, what is masked
 * says {@link io.maskflow.alignment.MaskCorruption}. The engine computes both losses by one text per backbone
 * (resources {@code *.torchscript}); the classes of this package hold the plain references that tests compare with.
 *
 * <p>Never here: problems, rewards, decoding. Serves XF sections 2 (Eq. 1), 4.1 and 5.1.
 */
package io.maskflow.alignment;
