/**
 * The LLaDA architecture: {@link io.maskflow.decoder.backbone.llada.LladaFamily} reads the configuration and names the
 * tensors; the resource {@code llada.torchscript} computes in float32 or bfloat16.
 * {@link io.maskflow.decoder.backbone.llada.LladaEagerNetwork} says the same in plain array operations, for reading and
 * for comparison. Decoding, statistics and sessions do not belong here.
 */
package io.maskflow.decoder.backbone.llada;
