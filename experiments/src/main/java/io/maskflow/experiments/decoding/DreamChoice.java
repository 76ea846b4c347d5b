package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code type: dream}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record DreamChoice(String backbone, List<DecodingBudget> budgets, @JsonUnwrapped DreamSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public DreamChoice {
        budgets = List.copyOf(budgets);
    }

    /** Entropy, the most probable tokens. */
    public static DreamChoice defaults() {
        return new DreamChoice("", List.of(), DreamSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new DreamDecoder(settings);
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble temperature, OptionalDouble topP) {
        return Optional.of(new DreamChoice(
                backbone, budgets, settings.with(draft -> draft.temperature(temperature.orElse(settings.temperature()))
                        .topP(topP.orElse(settings.topP())))));
    }

    @Override
    public boolean draws() {
        return settings.draws();
    }
}
