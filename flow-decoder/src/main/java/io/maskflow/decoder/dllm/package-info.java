/**
 * dllm's published samplers: {@code mdlm} for models with full attention, {@code bd3lm} for block-causal ones.
 *
 * <p>Start at {@link io.maskflow.decoder.dllm.DllmSampler}. Never here: the networks, which are families of {@code backbone}.
 */
package io.maskflow.decoder.dllm;
