package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.maskprediction.BlockCache;
import io.maskflow.decoder.maskprediction.EosRule;
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
 * @param remasking see {@link MaskPredictionSettings}, like the components that follow
 */
public record MaskPredictionChoice(
        String backbone,
        List<DecodingBudget> budgets,
        Remasking remasking,
        double threshold,
        double factor,
        int blockLength,
        BlockCache cache,
        double temperature,
        double cfgScale,
        boolean logitsEosInf,
        boolean confidenceEosEotInf,
        EosRule eosRule,
        int eosId,
        int eotId,
        boolean extraCall)
        implements MaskingChoice {

    /** Copies the budgets; {@link MaskPredictionSettings} checks the rest. */
    public MaskPredictionChoice {
        budgets = List.copyOf(budgets);
        settings(
                remasking,
                threshold,
                factor,
                blockLength,
                cache,
                temperature,
                cfgScale,
                logitsEosInf,
                confidenceEosEotInf,
                eosRule,
                eosId,
                eotId,
                extraCall);
    }

    /** LLaDA's defaults. */
    public static MaskPredictionChoice defaults() {
        MaskPredictionSettings d = MaskPredictionSettings.defaults();
        return new MaskPredictionChoice(
                "",
                List.of(),
                d.remasking(),
                d.threshold(),
                d.factor(),
                d.blockLength(),
                d.cache(),
                d.temperature(),
                d.cfgScale(),
                d.logitsEosInf(),
                d.confidenceEosEotInf(),
                d.eosRule(),
                d.eosId(),
                d.eotId(),
                d.extraCall());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new MaskPredictionDecoder(settings(
                remasking,
                threshold,
                factor,
                blockLength,
                cache,
                temperature,
                cfgScale,
                logitsEosInf,
                confidenceEosEotInf,
                eosRule,
                eosId,
                eotId,
                extraCall));
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble other, OptionalDouble topP) {
        double drawnAt = other.orElse(temperature);
        if (drawnAt > 0 && topP.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "mask-prediction draws from the whole distribution: top_p must be 1, was " + topP.getAsDouble());
        }
        return Optional.of(new MaskPredictionChoice(
                backbone,
                budgets,
                remasking,
                threshold,
                factor,
                blockLength,
                cache,
                drawnAt,
                cfgScale,
                logitsEosInf,
                confidenceEosEotInf,
                eosRule,
                eosId,
                eotId,
                extraCall));
    }

    @Override
    public boolean draws() {
        return remasking == Remasking.RANDOM || temperature > 0;
    }

    @Override
    public List<String> dials() {
        return List.of("threshold", "factor");
    }

    /** As LLaDA's evaluations name their two switches. */
    @Override
    public String eosRuleWord() {
        if (!logitsEosInf && !confidenceEosEotInf) {
            return MaskingChoice.super.eosRuleWord();
        }
        return (logitsEosInf ? "logits_eos_inf " : "")
                + (confidenceEosEotInf ? "confidence_eos_eot_inf (" + eosRule + ")" : "");
    }

    private static MaskPredictionSettings settings(
            Remasking remasking,
            double threshold,
            double factor,
            int blockLength,
            BlockCache cache,
            double temperature,
            double cfgScale,
            boolean logitsEosInf,
            boolean confidenceEosEotInf,
            EosRule eosRule,
            int eosId,
            int eotId,
            boolean extraCall) {
        return new MaskPredictionSettings(
                remasking,
                threshold,
                factor,
                blockLength,
                cache,
                temperature,
                cfgScale,
                logitsEosInf,
                confidenceEosEotInf,
                eosRule,
                eosId,
                eotId,
                extraCall);
    }
}
