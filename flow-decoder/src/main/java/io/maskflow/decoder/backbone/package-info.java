/**
 * Base models: from a folder of weights to a distribution over tokens for every position.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.Backbones}, which opens a folder or a built-in model as a
 * {@link io.maskflow.decoder.backbone.MaskPredictor}. A decoder works on a
 * {@link io.maskflow.decoder.backbone.DecodingSession} and sees {@link io.maskflow.decoder.backbone.Prediction}s only:
 * states and full-vocabulary logits stay inside the engine. A {@link io.maskflow.decoder.backbone.Window} says which
 * positions a call feeds and which it finds in the cache. A {@link io.maskflow.decoder.backbone.ModelFamily} (registered under
 * {@code META-INF/services}) is a mapping: it reads the configuration and says in a
 * {@link io.maskflow.decoder.backbone.Transformer} what the one transformer text of
 * {@link io.maskflow.decoder.backbone.ScriptNetwork} leaves open, from which follow the tensors that the folder must hold
 * ({@link io.maskflow.decoder.backbone.WeightList}). Sessions, caches, masks and statistics are shared. Only MDLM brings a text
 * of its own.
 *
 * <p>How tokens are chosen never belongs here. Serves XF section 2 (Eq. 2, Eq. 9).
 */
package io.maskflow.decoder.backbone;
