/**
 * LLaDA2.1's published sampler, which edits what it has written while a block is open.
 *
 * <p>Start at {@link io.maskflow.decoder.llada21.EditingSampler}. It needs a base model with a block-causal mask. Never here: the
 * network, which is LLaDA2's.
 */
package io.maskflow.decoder.llada21;
