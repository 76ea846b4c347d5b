/**
 * The MDLM architecture: a diffusion transformer whose blocks are modulated by a conditioning vector, constant because the
 * noise level is not given.
 *
 * <p>{@link io.maskflow.decoder.backbone.mdlm.MdlmFamily} reads the configuration and names the tensors; the resource
 * {@code mdlm.torchscript} computes raw logits. Decoding does not belong here.
 */
package io.maskflow.decoder.backbone.mdlm;
