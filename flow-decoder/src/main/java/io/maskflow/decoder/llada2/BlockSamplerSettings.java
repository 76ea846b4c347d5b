package io.maskflow.decoder.llada2;

import io.maskflow.decoder.backbone.Shaping;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * How LLaDA2's block sampler decodes.
 *
 * @param blockLength positions per block, which must be the model's; default 0, the model's
 * @param threshold a step fills all positions more probable than this if they are at least as many as scheduled; at
 *     least 0, from 1 on it never does; default 0.95
 * @param earlyStop whether an end token with no masked position before it ends the response at once; otherwise its block
 *     is decoded to the end first; default false
 * @param endId the end token, -1 for the model's end tokens; default -1
 * @param cache whether keys and values of finished blocks are kept: exact, because earlier blocks do not see later ones;
 *     default true
 * @param temperature of the tokens: 0 takes the most probable, above 0 draws; default 0
 * @param topP as in Dream's sampler, in (0, 1]; default 1
 * @param topK as in Dream's sampler, but applied before {@code topP}; default 0
 * @param sequential whether the scheduled number of positions is filled from the first masked one on (SDAR's
 *     {@code sequential}) instead of where confidence is highest; default false
 */
@RecordBuilder
public record BlockSamplerSettings(
        int blockLength,
        double threshold,
        boolean earlyStop,
        int endId,
        boolean cache,
        double temperature,
        double topP,
        int topK,
        boolean sequential)
        implements Serializable, BlockSamplerSettingsBuilder.With {

    /** Checks the ranges. */
    public BlockSamplerSettings {
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the model's, was " + blockLength);
        }
        if (!(threshold >= 0 && threshold < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("threshold must be at least 0, was " + threshold);
        }
        if (endId < -1) {
            throw new IllegalArgumentException("endId must be a token id, or -1 for the model's, was " + endId);
        }
        Shaping.llada2((float) temperature, (float) topP, topK);
    }

    /** As published for LLaDA2.0-mini. */
    public static BlockSamplerSettings defaults() {
        return new BlockSamplerSettings(0, 0.95, false, -1, true, 0, 1, 0, false);
    }

    Shaping shaping() {
        return Shaping.llada2((float) temperature, (float) topP, topK);
    }
}
