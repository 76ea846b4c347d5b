package io.maskflow.decoder.softmask;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.UnderBlocks;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.maskprediction.BlockCache;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.decoder.remdm.RemdmDecoder;
import io.maskflow.decoder.remdm.RemdmSettings;
import org.junit.jupiter.api.Nested;

/** Soft masks around decoders that draw, mask again, cache, or work under a block-causal mask (SM §4.1, §4.2). */
class SoftMaskCombinationsTest {

    private static Decoder around(MaskingDecoder unmasking) {
        return new SoftMaskingDecoder(unmasking, new SoftMask(0.9, 2, -2, 3, 1), FeedbackSchedule.defaults(), true);
    }

    @Nested
    class Remdm extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return around(new RemdmDecoder(RemdmSettings.defaults().withEta(0.3)));
        }
    }

    @Nested
    class Dream extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return around(new DreamDecoder(DreamSettings.defaults().withTemperature(0.5)));
        }
    }

    @Nested
    class Blocks extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new UnderBlocks(
                    around(new BlockSampler(BlockSamplerSettings.defaults().withThreshold(0.5))), 32);
        }
    }

    @Nested
    class Cached extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return around(new MaskPredictionDecoder(MaskPredictionSettings.defaults()
                    .withBlocks(0, BlockCache.DUAL)
                    .withThreshold(0.6)));
        }
    }
}
