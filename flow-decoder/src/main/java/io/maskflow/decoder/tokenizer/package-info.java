/**
 * From text to token ids and back.
 *
 * <p>Start at {@link io.maskflow.decoder.tokenizer.Tokenizer} to use a {@code tokenizer.json}, at
 * {@link io.maskflow.decoder.tokenizer.BytePairTraining} to learn a byte-pair encoding and write one. What never belongs
 * here: tensors, prompt templates, and numbers of special tokens outside the file that names them.
 */
package io.maskflow.decoder.tokenizer;
