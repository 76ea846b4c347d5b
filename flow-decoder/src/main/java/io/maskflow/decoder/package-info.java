/**
 * From a prompt and a mask predictor to a response, in at most {@code T} steps.
 *
 * <p>Start at {@link io.maskflow.decoder.Decoder}. Every decoder is a set of per-row rules
 * ({@link io.maskflow.decoder.RowInProgress}) driven by the one {@link io.maskflow.decoder.DecodingLoop}, which training
 * and evaluation share. The rules live next door: {@code flow} (XF §3), {@code evotoken} (EVO), and the discrete ones
 * {@code maskprediction} (XF §2), {@code dream}, {@code llada2} and {@code remdm}; {@code softmask} (SM) fits around each
 * of these. {@code masking} is what the discrete ones share.
 *
 * <p>Never here: tensors of an engine (those stay behind {@code backbone}), rewards, learners.
 */
package io.maskflow.decoder;
