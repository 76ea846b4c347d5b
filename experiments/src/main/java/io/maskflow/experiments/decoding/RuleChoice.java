package io.maskflow.experiments.decoding;

import io.maskflow.decoder.Decoder;
import io.maskflow.experiments.models.BackboneChoice;

/** A decoder that needs nothing but its settings and what lies beside the base model: no policy. */
public sealed interface RuleChoice extends DecoderChoice permits MaskingChoice, SoftMaskingChoice, EvoTokenChoice {

    /**
     * The decoder.
     *
     * @param backbone the base model that it will decode with
     */
    Decoder decoder(BackboneChoice backbone);
}
