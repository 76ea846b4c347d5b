/**
 * What is minimised: masked cross-entropy (XF Eq. 1), the alignment loss (Eqs. 11 and 12), and the batches they are taken on.
 *
 * <p>The engine computes the losses by a text (resource {@code losses.torchscript});
 * {@link io.maskflow.alignment.loss.MaskedCrossEntropy} and {@link io.maskflow.alignment.loss.XPredictionLoss} are its readable twins, which tests compare
 * with it.
 */
package io.maskflow.alignment.loss;
