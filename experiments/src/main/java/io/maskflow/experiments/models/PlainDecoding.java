package io.maskflow.experiments.models;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;

/**
 * How a base model decodes where nobody chose: mask prediction with low-confidence remasking, the surest tokens of each step;
 * where attention is block-causal the same block by block.
 */
public final class PlainDecoding {

    private static final double NEVER_SURE = 2; // so every step fills what the schedule says

    private PlainDecoding() {}

    /** The decoder of a model. */
    public static MaskingDecoder of(BackboneInfo info) {
        return info.attention().isFull()
                ? new MaskPredictionDecoder(MaskPredictionSettings.defaults())
                : new BlockSampler(BlockSamplerSettings.defaults().withThreshold(NEVER_SURE));
    }

    /** Its type in settings. */
    public static String name(BackboneInfo info) {
        return info.attention().isFull() ? "mask-prediction" : "llada2";
    }
}
