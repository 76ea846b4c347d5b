package io.maskflow.experiments.decoding;

import io.maskflow.decoder.Decoder;
import java.util.Optional;

/** A decoder that needs nothing but its settings and what lies beside the base model: no policy. */
public sealed interface RuleChoice extends DecoderChoice permits MaskingChoice, SoftMaskingChoice, EvoTokenChoice {

    /**
     * The decoder.
     *
     * @param backbone the base model that it will decode with
     */
    Decoder decoder(BackboneChoice backbone);

    /**
     * The same with another confidence threshold.
     *
     * @param threshold in (0, 1]
     * @return empty for a decoder without one
     */
    default Optional<RuleChoice> withThreshold(double threshold) {
        return Optional.empty();
    }
}
