/**
 * Soft masking: what a model said about a position that stays masked is fed back to it, as a share of its embedding
 * (SM section 3.1, appendices A.1, B.3, B.4).
 *
 * <p>Start at {@link io.maskflow.decoder.softmask.SoftMaskingDecoder}, which wraps any
 * {@link io.maskflow.decoder.masking.MaskingDecoder}. {@link io.maskflow.decoder.softmask.SoftMask} is Eq. 2,
 * {@link io.maskflow.decoder.softmask.FeedbackSchedule} its dependence on time,
 * {@link io.maskflow.decoder.softmask.RawSoftMask} the parameters as training sees them.
 *
 * <p>Never here: which positions are unmasked (that is the wrapped decoder), losses.
 */
package io.maskflow.decoder.softmask;
