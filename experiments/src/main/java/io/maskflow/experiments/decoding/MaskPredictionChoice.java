package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code type: mask-prediction}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record MaskPredictionChoice(
        String backbone, List<DecodingBudget> budgets, @JsonUnwrapped MaskPredictionSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public MaskPredictionChoice {
        budgets = List.copyOf(budgets);
    }

    /** LLaDA's defaults. */
    public static MaskPredictionChoice defaults() {
        return new MaskPredictionChoice("", List.of(), MaskPredictionSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new MaskPredictionDecoder(settings);
    }

    @Override
    public int blockLength() {
        return settings.blockLength();
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble other, OptionalDouble topP) {
        double drawnAt = other.orElse(settings.temperature());
        if (drawnAt > 0 && topP.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "mask-prediction draws from the whole distribution: top_p must be 1, was " + topP.getAsDouble());
        }
        return Optional.of(new MaskPredictionChoice(backbone, budgets, settings.withTemperature(drawnAt)));
    }

    @Override
    public boolean draws() {
        return settings.draws();
    }

    @Override
    public List<String> dials() {
        return List.of("threshold", "factor");
    }

    /** As LLaDA's evaluations name their two switches. */
    @Override
    public String eosRuleWord() {
        if (!settings.logitsEosInf() && !settings.confidenceEosEotInf()) {
            return MaskingChoice.super.eosRuleWord();
        }
        return (settings.logitsEosInf() ? "logits_eos_inf " : "")
                + (settings.confidenceEosEotInf() ? "confidence_eos_eot_inf (" + settings.eosRule() + ")" : "");
    }
}
