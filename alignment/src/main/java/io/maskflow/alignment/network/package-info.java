/**
 * A backbone whose weights can be differentiated: the decoder's own text with other layers, low-rank adapters, activations
 * computed again to save memory.
 *
 * <p>Start at {@link io.maskflow.alignment.network.TrainableBackbone}.
 */
package io.maskflow.alignment.network;
