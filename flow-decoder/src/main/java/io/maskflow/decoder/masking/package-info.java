/**
 * What decoders share that fill masked positions for good: the response with its masks, the order of candidates, how many
 * are filled at a step ({@link io.maskflow.decoder.masking.TransferSchedule}), and by which measure of sureness
 * ({@link io.maskflow.decoder.masking.Remasking}).
 *
 * <p>Start at {@link io.maskflow.decoder.masking.MaskedResponse}.
 */
package io.maskflow.decoder.masking;
