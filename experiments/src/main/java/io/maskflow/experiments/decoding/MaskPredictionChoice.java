package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.MaskingDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.decoder.maskprediction.Remasking;
import java.util.List;

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
        int blockLength,
        double cfgScale,
        boolean logitsEosInf,
        boolean confidenceEosEotInf,
        int eosId,
        int eotId)
        implements MaskingChoice {

    /** Copies the budgets; {@link MaskPredictionSettings} checks the rest. */
    public MaskPredictionChoice {
        budgets = List.copyOf(budgets);
        new MaskPredictionSettings(
                remasking, threshold, blockLength, cfgScale, logitsEosInf, confidenceEosEotInf, eosId, eotId);
    }

    /** LLaDA's defaults. */
    public static MaskPredictionChoice defaults() {
        MaskPredictionSettings d = MaskPredictionSettings.defaults();
        return new MaskPredictionChoice(
                "",
                List.of(),
                d.remasking(),
                d.threshold(),
                d.blockLength(),
                d.cfgScale(),
                d.logitsEosInf(),
                d.confidenceEosEotInf(),
                d.eosId(),
                d.eotId());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new MaskPredictionDecoder(new MaskPredictionSettings(
                remasking, threshold, blockLength, cfgScale, logitsEosInf, confidenceEosEotInf, eosId, eotId));
    }

    @Override
    public boolean draws() {
        return remasking == Remasking.RANDOM;
    }
}
