/**
 * A decoding session inside the engine: states, caches, masks, statistics of logits.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.engine.NetworkPredictor}, which puts any {@link io.maskflow.decoder.backbone.engine.MaskedNetwork} behind
 * the interfaces of package {@code backbone}. Whoever opens a native scope closes it.
 */
package io.maskflow.decoder.backbone.engine;
