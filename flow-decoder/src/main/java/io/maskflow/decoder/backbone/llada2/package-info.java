/**
 * The LLaDA2 architecture: a mixture of experts with sigmoid routing limited to groups, under a block-causal mask whose
 * blocks are counted from the first token ({@link io.maskflow.decoder.backbone.BackboneInfo#blockCausalLength()}; the
 * session makes the mask).
 *
 * <p>{@link io.maskflow.decoder.backbone.llada2.Llada2Family} reads the configuration and names the tensors; the resource
 * {@code llada2.torchscript} computes, each expert for its own tokens only. Decoding does not belong here.
 */
package io.maskflow.decoder.backbone.llada2;
