/**
 * Dream's published sampler (arXiv 2508.15487): a time schedule says how many positions a step fills, one of four
 * algorithms says which, temperature, top-p and top-k say with what.
 *
 * <p>Start at {@link io.maskflow.decoder.dream.DreamDecoder}. Never here: the network of Dream, which is in
 * {@code backbone}; any base model can be decoded this way.
 */
package io.maskflow.decoder.dream;
