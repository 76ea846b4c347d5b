/**
 * From a folder of weights to a network: the configuration, the special tokens, and the one transformer text whose attributes
 * a {@link io.maskflow.decoder.backbone.network.Transformer} sets.
 *
 * <p>Start at {@link io.maskflow.decoder.backbone.network.Backbones}. A {@link io.maskflow.decoder.backbone.network.ModelFamily} (registered under
 * {@code META-INF/services}) is a mapping: it reads the configuration and says what the text of
 * {@link io.maskflow.decoder.backbone.network.ScriptNetwork} leaves open, from which follow the tensors that the folder must hold
 * ({@link io.maskflow.decoder.backbone.network.WeightList}). Only MDLM brings a text of its own.
 */
package io.maskflow.decoder.backbone.network;
