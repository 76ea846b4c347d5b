/**
 * The LLaDA architecture: its configuration, and its network twice.
 *
 * <p>{@link io.maskflow.decoder.backbone.llada.LladaScriptNetwork} is the one to use: a TorchScript text (resource
 * {@code llada.torchscript}) that computes in float32 or bfloat16.
 * {@link io.maskflow.decoder.backbone.llada.LladaEagerNetwork} says the same in plain array operations, for reading and
 * for comparison. Decoding, statistics and sessions do not belong here.
 */
package io.maskflow.decoder.backbone.llada;
