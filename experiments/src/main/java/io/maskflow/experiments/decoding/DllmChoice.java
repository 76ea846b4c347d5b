package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.dllm.DllmSampler;
import io.maskflow.decoder.dllm.DllmSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;

/**
 * {@code type: dllm}: mdlm or bd3lm, as the attention of the base model is.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param blockLength see {@link DllmSettings}, like the components that follow
 */
public record DllmChoice(
        String backbone,
        List<DecodingBudget> budgets,
        int blockLength,
        Remasking remasking,
        double cfgScale,
        double temperature,
        List<Integer> suppressTokens,
        int endId,
        boolean cache)
        implements MaskingChoice {

    /** Copies the budgets; {@link DllmSettings} checks the rest. */
    public DllmChoice {
        budgets = List.copyOf(budgets);
        new DllmSettings(blockLength, remasking, cfgScale, temperature, suppressTokens, endId, cache);
    }

    /** As published. */
    public static DllmChoice defaults() {
        DllmSettings d = DllmSettings.defaults();
        return new DllmChoice(
                "",
                List.of(),
                d.blockLength(),
                d.remasking(),
                d.cfgScale(),
                d.temperature(),
                d.suppressTokens(),
                d.endId(),
                d.cache());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new DllmSampler(
                new DllmSettings(blockLength, remasking, cfgScale, temperature, suppressTokens, endId, cache));
    }

    @Override
    public boolean draws() {
        return remasking == Remasking.RANDOM || temperature > 0;
    }
}
