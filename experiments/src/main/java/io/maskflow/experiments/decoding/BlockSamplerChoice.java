package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code type: llada2}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record BlockSamplerChoice(
        String backbone, List<DecodingBudget> budgets, @JsonUnwrapped BlockSamplerSettings settings)
        implements MaskingChoice {

    /** Copies the budgets. */
    public BlockSamplerChoice {
        budgets = List.copyOf(budgets);
    }

    /** As published for LLaDA2.0-mini. */
    public static BlockSamplerChoice defaults() {
        return new BlockSamplerChoice("", List.of(), BlockSamplerSettings.defaults());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new BlockSampler(settings);
    }

    @Override
    public int blockLength() {
        return settings.blockLength();
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble temperature, OptionalDouble topP) {
        return Optional.of(new BlockSamplerChoice(
                backbone, budgets, settings.with(draft -> draft.temperature(temperature.orElse(settings.temperature()))
                        .topP(topP.orElse(settings.topP())))));
    }

    @Override
    public boolean draws() {
        return settings.temperature() > 0;
    }

    @Override
    public List<String> dials() {
        return List.of("threshold");
    }
}
