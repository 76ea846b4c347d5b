package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.experiments.models.BackboneChoice;

/** A decoder whose masked positions may be fed soft masks. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MaskPredictionChoice.class, name = "mask-prediction"),
    @JsonSubTypes.Type(value = DreamChoice.class, name = "dream"),
    @JsonSubTypes.Type(value = BlockSamplerChoice.class, name = "llada2"),
    @JsonSubTypes.Type(value = DllmChoice.class, name = "dllm"),
    @JsonSubTypes.Type(value = EditingChoice.class, name = "llada2.1"),
    @JsonSubTypes.Type(value = RemdmChoice.class, name = "remdm")
})
public sealed interface MaskingChoice extends RuleChoice
        permits MaskPredictionChoice, DreamChoice, BlockSamplerChoice, DllmChoice, EditingChoice, RemdmChoice {

    @Override
    MaskingDecoder decoder(BackboneChoice backbone);
}
