/**
 * From text to token ids and back.
 *
 * <p>Start at {@link io.maskflow.decoder.tokenizer.BytePairTraining} to learn a byte-pair encoding and write it as a
 * {@code tokenizer.json}. What never belongs here: tensors, and numbers of special tokens outside the file that names
 * them.
 */
package io.maskflow.decoder.tokenizer;
