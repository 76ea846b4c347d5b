package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.llada21.EditingSampler;
import io.maskflow.decoder.llada21.EditingSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;

/**
 * {@code type: llada2.1}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record EditingChoice(String backbone, List<DecodingBudget> budgets, @JsonUnwrapped EditingSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public EditingChoice {
        budgets = List.copyOf(budgets);
    }

    /** As published. */
    public static EditingChoice defaults() {
        return new EditingChoice("", List.of(), EditingSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new EditingSampler(settings);
    }

    @Override
    public boolean draws() {
        return false;
    }

    @Override
    public List<String> dials() {
        return List.of("threshold");
    }
}
