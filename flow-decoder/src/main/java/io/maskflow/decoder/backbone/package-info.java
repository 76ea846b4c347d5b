/**
 * Base models: from a folder of weights to a distribution over tokens for every position.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.Backbones}, which opens a folder or a built-in model as a
 * {@link io.maskflow.decoder.backbone.MaskPredictor}. A decoder works on a
 * {@link io.maskflow.decoder.backbone.DecodingSession} and sees {@link io.maskflow.decoder.backbone.Prediction}s only:
 * states and full-vocabulary logits stay inside the engine. A model family is a package below this one with a
 * {@link io.maskflow.decoder.backbone.ModelFamily} (registered under {@code META-INF/services}) and an implementation of
 * {@link io.maskflow.decoder.backbone.MaskedNetwork}; sessions and statistics are shared.
 *
 * <p>How tokens are chosen never belongs here. Serves XF section 2 (Eq. 2, Eq. 9).
 */
package io.maskflow.decoder.backbone;
