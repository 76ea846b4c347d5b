package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.remdm.RemdmDecoder;
import io.maskflow.decoder.remdm.RemdmSettings;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code type: remdm}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record RemdmChoice(String backbone, List<DecodingBudget> budgets, @JsonUnwrapped RemdmSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public RemdmChoice {
        budgets = List.copyOf(budgets);
    }

    /** Cap, as SM uses it for fast sampling. */
    public static RemdmChoice defaults() {
        return new RemdmChoice("", List.of(), RemdmSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new RemdmDecoder(settings);
    }

    /** Always: which positions are filled is drawn whatever the temperature. */
    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble temperature, OptionalDouble topP) {
        return Optional.of(new RemdmChoice(
                backbone, budgets, settings.with(draft -> draft.temperature(temperature.orElse(settings.temperature()))
                        .topP(topP.orElse(settings.topP())))));
    }

    @Override
    public boolean draws() {
        return true;
    }
}
