/**
 * Golden cases of decodings: token by token, and for the flow state by state.
 *
 * <p>Most are a {@link io.maskflow.experiments.conformance.decoders.SamplerConformance} with the settings of one published sampler.
 */
package io.maskflow.experiments.conformance.decoders;
