package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.dream.TransferAlgorithm;
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
 * @param algorithm see {@link DreamSettings}, like the components that follow
 */
public record DreamChoice(
        String backbone,
        List<DecodingBudget> budgets,
        TransferAlgorithm algorithm,
        double eps,
        double temperature,
        double topP,
        int topK,
        double algorithmTemperature)
        implements MaskingChoice {

    /** Copies the budgets; {@link DreamSettings} checks the rest. */
    public DreamChoice {
        budgets = List.copyOf(budgets);
        new DreamSettings(algorithm, eps, temperature, topP, topK, algorithmTemperature);
    }

    /** Entropy, the most probable tokens. */
    public static DreamChoice defaults() {
        DreamSettings d = DreamSettings.defaults();
        return new DreamChoice(
                "", List.of(), d.algorithm(), d.eps(), d.temperature(), d.topP(), d.topK(), d.algorithmTemperature());
    }

    private DreamSettings settings() {
        return new DreamSettings(algorithm, eps, temperature, topP, topK, algorithmTemperature);
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new DreamDecoder(settings());
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble other, OptionalDouble otherTopP) {
        return Optional.of(new DreamChoice(
                backbone,
                budgets,
                algorithm,
                eps,
                other.orElse(temperature),
                otherTopP.orElse(topP),
                topK,
                algorithmTemperature));
    }

    @Override
    public boolean draws() {
        return settings().draws();
    }
}
