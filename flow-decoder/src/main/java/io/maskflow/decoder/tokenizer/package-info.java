/**
 * From text to token ids and back.
 *
 * <p>Start at {@link io.maskflow.decoder.tokenizer.Tokenizer}, which uses a {@code tokenizer.json}. What never belongs here:
 * tensors, prompt templates, and numbers of special tokens outside the file that names them.
 */
package io.maskflow.decoder.tokenizer;
