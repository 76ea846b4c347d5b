/**
 * Base models: from a folder of weights to a distribution over tokens for every position.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.network.Backbones}, which opens a folder or a built-in model as a
 * {@link io.maskflow.decoder.backbone.MaskPredictor}. A decoder works on a
 * {@link io.maskflow.decoder.backbone.DecodingSession} and sees {@link io.maskflow.decoder.backbone.Prediction}s only:
 * states and full-vocabulary logits stay inside the engine. A {@link io.maskflow.decoder.backbone.Window} says which
 * positions a call feeds and which it finds in the cache. How a folder becomes a network is in {@code network}, what a
 * session does inside the engine in {@code engine}, what families differ in in {@code families}.
 *
 * <p>How tokens are chosen never belongs here. Serves XF section 2 (Eq. 2, Eq. 9).
 */
package io.maskflow.decoder.backbone;
