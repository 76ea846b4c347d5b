package io.maskflow.experiments.decoding;

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
 * @param blockLength see {@link BlockSamplerSettings}, like the components that follow
 */
public record BlockSamplerChoice(
        String backbone,
        List<DecodingBudget> budgets,
        int blockLength,
        double threshold,
        boolean earlyStop,
        int endId,
        boolean cache,
        double temperature,
        double topP,
        int topK,
        boolean sequential)
        implements MaskingChoice {

    /** Copies the budgets; {@link BlockSamplerSettings} checks the rest. */
    public BlockSamplerChoice {
        budgets = List.copyOf(budgets);
        new BlockSamplerSettings(blockLength, threshold, earlyStop, endId, cache, temperature, topP, topK, sequential);
    }

    /** As published for LLaDA2.0-mini. */
    public static BlockSamplerChoice defaults() {
        BlockSamplerSettings d = BlockSamplerSettings.defaults();
        return new BlockSamplerChoice(
                "",
                List.of(),
                d.blockLength(),
                d.threshold(),
                d.earlyStop(),
                d.endId(),
                d.cache(),
                d.temperature(),
                d.topP(),
                d.topK(),
                d.sequential());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new BlockSampler(new BlockSamplerSettings(
                blockLength, threshold, earlyStop, endId, cache, temperature, topP, topK, sequential));
    }

    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble other, OptionalDouble otherTopP) {
        return Optional.of(new BlockSamplerChoice(
                backbone,
                budgets,
                blockLength,
                threshold,
                earlyStop,
                endId,
                cache,
                other.orElse(temperature),
                otherTopP.orElse(topP),
                topK,
                sequential));
    }

    @Override
    public boolean draws() {
        return temperature > 0;
    }

    @Override
    public List<String> dials() {
        return List.of("threshold");
    }
}
