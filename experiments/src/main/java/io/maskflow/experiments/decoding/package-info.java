/**
 * Decoders as a settings file writes them: {@code type:} says which, the other keys say how.
 *
 * <p>{@link io.maskflow.experiments.decoding.DecoderChoice} becomes a {@link io.maskflow.decoder.Decoder} with what a
 * run knows and a file does not (the policy in training, the policy given on the command line). Never here: how a decoder
 * decodes.
 */
package io.maskflow.experiments.decoding;
