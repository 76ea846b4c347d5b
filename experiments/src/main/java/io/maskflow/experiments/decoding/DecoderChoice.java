package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.DecodingBudget;
import java.util.List;

/** One decoder of an evaluation. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MaskPredictionChoice.class, name = "mask-prediction"),
    @JsonSubTypes.Type(value = FlowChoice.class, name = "flow"),
    @JsonSubTypes.Type(value = SoftMaskingChoice.class, name = "soft-masking"),
    @JsonSubTypes.Type(value = EvoTokenChoice.class, name = "evotoken"),
    @JsonSubTypes.Type(value = DreamChoice.class, name = "dream"),
    @JsonSubTypes.Type(value = BlockSamplerChoice.class, name = "llada2"),
    @JsonSubTypes.Type(value = RemdmChoice.class, name = "remdm")
})
public sealed interface DecoderChoice permits FlowChoice, RuleChoice {

    /** Base model for this decoder alone; empty for the evaluation's. */
    String backbone();

    /** Budgets for this decoder alone; empty for the evaluation's. */
    List<DecodingBudget> budgets();
}
