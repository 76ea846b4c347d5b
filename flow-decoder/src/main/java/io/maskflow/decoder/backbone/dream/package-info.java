/**
 * The Dream architecture: a Qwen2 with full attention, grouped keys and values, and logits that are for the next position
 * ({@link io.maskflow.decoder.backbone.BackboneInfo#logitsPredictNext()}; the session shifts them).
 *
 * <p>{@link io.maskflow.decoder.backbone.dream.DreamFamily} reads the configuration and names the tensors; the resource
 * {@code dream.torchscript} computes. Decoding does not belong here.
 */
package io.maskflow.decoder.backbone.dream;
