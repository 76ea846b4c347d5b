/**
 * LLaDA2's published block sampler: blocks aligned in absolute position, a threshold, an even schedule as fallback.
 *
 * <p>Start at {@link io.maskflow.decoder.llada2.BlockSampler}. It needs a base model with a block-causal mask. Never here:
 * the network of LLaDA2, which is in {@code backbone}.
 */
package io.maskflow.decoder.llada2;
