package io.maskflow.experiments.decoding;

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
 * @param threshold see {@link EditingSettings}, like the components that follow
 */
public record EditingChoice(
        String backbone,
        List<DecodingBudget> budgets,
        double threshold,
        double editingThreshold,
        int postSteps,
        int leastFilled,
        boolean earlyStop,
        int endId,
        boolean cache)
        implements MaskingChoice {

    /** Copies the budgets; {@link EditingSettings} checks the rest. */
    public EditingChoice {
        budgets = List.copyOf(budgets);
        new EditingSettings(threshold, editingThreshold, postSteps, leastFilled, earlyStop, endId, cache);
    }

    /** As published. */
    public static EditingChoice defaults() {
        EditingSettings d = EditingSettings.defaults();
        return new EditingChoice(
                "",
                List.of(),
                d.threshold(),
                d.editingThreshold(),
                d.postSteps(),
                d.leastFilled(),
                d.earlyStop(),
                d.endId(),
                d.cache());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new EditingSampler(
                new EditingSettings(threshold, editingThreshold, postSteps, leastFilled, earlyStop, endId, cache));
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
