package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.AttentionRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One decoder of an evaluation. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MaskPredictionChoice.class, name = "mask-prediction"),
    @JsonSubTypes.Type(value = FlowChoice.class, name = "flow"),
    @JsonSubTypes.Type(value = DllmChoice.class, name = "dllm"),
    @JsonSubTypes.Type(value = EditingChoice.class, name = "llada2.1"),
    @JsonSubTypes.Type(value = SoftMaskingChoice.class, name = "soft-masking"),
    @JsonSubTypes.Type(value = EvoTokenChoice.class, name = "evotoken"),
    @JsonSubTypes.Type(value = DreamChoice.class, name = "dream"),
    @JsonSubTypes.Type(value = BlockSamplerChoice.class, name = "llada2"),
    @JsonSubTypes.Type(value = RemdmChoice.class, name = "remdm"),
    @JsonSubTypes.Type(value = EqualNfeChoice.class, name = "equal-nfe"),
    @JsonSubTypes.Type(value = CurveChoice.class, name = "curve")
})
public sealed interface DecoderChoice permits FlowChoice, RuleChoice, DecoderChoice.Dialled {

    /** The published sampler of a model's kind of attention, where nobody chose. */
    static DecoderChoice plain(AttentionRule attention) {
        return attention.isFull() ? MaskPredictionChoice.defaults() : BlockSamplerChoice.defaults();
    }

    /** Base model for this decoder alone; empty for the evaluation's. */
    String backbone();

    /** Budgets for this decoder alone; empty for the evaluation's. */
    List<DecodingBudget> budgets();

    /** Positions per block, 0 for the whole response as one. */
    default int blockLength() {
        return 0;
    }

    /** What an end token means to the decoder, for the head of a table. */
    default String eosRuleWord() {
        return "cut at the first end token";
    }

    /** Names of the settings that trade model calls for accuracy, each a number; empty for a decoder without one. */
    default List<String> dials() {
        return List.of();
    }

    /** Whether a policy chooses: what was learned, as against what was made by hand. */
    default boolean learned() {
        return false;
    }

    /**
     * Policy files that it names.
     *
     * @param seed what {@code {seed}} in a name stands for
     */
    default List<String> policyFiles(long seed) {
        return List.of();
    }

    /** Whether answers depend on the evaluation's seed; those of other decoders are made once for all seeds. */
    boolean draws();

    /**
     * The same with tokens drawn otherwise.
     *
     * @param temperature at least 0; empty for that of the settings
     * @param topP in (0, 1]; empty for that of the settings
     * @return empty for a decoder that draws no tokens
     * @throws IllegalArgumentException if the decoder draws tokens, but not so
     */
    default Optional<DecoderChoice> withSampling(OptionalDouble temperature, OptionalDouble topP) {
        return Optional.empty();
    }

    /**
     * The same with a policy file wherever a policy is asked for and none is named.
     *
     * @param file a policy file, {@code {seed}} in it allowed
     */
    default DecoderChoice withPolicy(String file) {
        return this;
    }

    /** A decoder at several values of its dial: what it is otherwise, that decoder says. */
    sealed interface Dialled extends DecoderChoice permits CurveChoice, EqualNfeChoice {

        /** The decoder whose dial is turned. */
        DecoderChoice decoder();

        @Override
        default int blockLength() {
            return decoder().blockLength();
        }

        @Override
        default String eosRuleWord() {
            return decoder().eosRuleWord();
        }

        @Override
        default boolean draws() {
            return decoder().draws();
        }

        @Override
        default boolean learned() {
            return decoder().learned();
        }

        @Override
        default List<String> policyFiles(long seed) {
            return decoder().policyFiles(seed);
        }
    }
}
