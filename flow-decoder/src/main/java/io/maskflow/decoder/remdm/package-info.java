/**
 * ReMDM (arXiv 2503.00307, used by SM §4.1): discrete decoding that may mask a filled position again.
 *
 * <p>Start at {@link io.maskflow.decoder.remdm.RemdmDecoder}; the probabilities are in
 * {@link io.maskflow.decoder.remdm.RemaskingSchedule}, one line per formula. Never here: ranking rules, continuous states.
 */
package io.maskflow.decoder.remdm;
