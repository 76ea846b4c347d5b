package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param settings how; a file has its components beside those above
 */
public record DllmChoice(String backbone, List<DecodingBudget> budgets, @JsonUnwrapped DllmSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public DllmChoice {
        budgets = List.copyOf(budgets);
    }

    /** As published. */
    public static DllmChoice defaults() {
        return new DllmChoice("", List.of(), DllmSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new DllmSampler(settings);
    }

    @Override
    public int blockLength() {
        return settings.blockLength();
    }

    @Override
    public boolean draws() {
        return settings.remasking() == Remasking.RANDOM || settings.temperature() > 0;
    }
}
