package io.maskflow.decoder.llada2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.UnderBlocks;
import io.maskflow.decoder.backbone.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BlockSamplerTest {

    private static final BlockSamplerSettings DEFAULTS = BlockSamplerSettings.defaults();
    private static final int ANY_OTHER = 22;

    @Nested
    class OneBlock extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return in(DEFAULTS, 32);
        }
    }

    @Nested
    class DrawnTokensUntilAnEnd extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return in(new BlockSamplerSettings(64, 0.3, true, -1, false, 0.9, 0.95, 12, false), 64);
        }
    }

    private static Decoder in(BlockSamplerSettings settings, int block) {
        return new UnderBlocks(new BlockSampler(settings), block);
    }

    /** A prompt of five tokens. */
    private static DecodeRequest request(int length, int steps) {
        return new DecodeRequest(
                List.of(new DecodeRequest.Sample(new int[] {3, 4, 5, 6, 7}, new SampleKey(1, 0, 0, 0))), length, steps);
    }

    private static BlockSamplerSettings blocksOf(int length) {
        return new BlockSamplerSettings(length, 2, false, ANY_OTHER, true, 0, 1, 0, false);
    }

    private static List<DecodingStep> steps(BlockSamplerSettings settings, int length, int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        new BlockSampler(settings).decode(new FakeBackbone(9).withBlocks(8), request(length, steps), seen::add);
        return seen;
    }

    private static long filled(DecodingStep s) {
        return IntStream.range(0, s.filled().length).filter(i -> s.filled()[i]).count();
    }

    @Test
    void blocksAreAlignedWithThePromptAndTheLastIsFilledUp() {
        // blocks of 8 after 5 prompt tokens: responses 0..3, 3..11, 11..19, of which 16 are wanted; 12 steps: 4 each. A
        // block of 8 in 4 steps has 2 per step, so the first one is complete after two
        List<DecodingStep> seen = steps(blocksOf(8), 16, 12);
        assertThat(seen.stream().map(DecodingStep::from)).containsExactly(0, 0, 3, 3, 3, 3, 11, 11, 11, 11);
        assertThat(seen.stream().map(s -> s.predicted().length)).containsExactly(3, 3, 8, 8, 8, 8, 8, 8, 8, 8);
        assertThat(seen.stream().map(BlockSamplerTest::filled)).containsExactly(2L, 1L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L);
        assertThat(seen.stream().map(DecodingStep::step)).containsExactly(0, 1, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void finishedBlocksAreFedOnceMoreAndKept() {
        assertThat(windows(blocksOf(8)))
                .containsExactly(
                        Window.upTo(3).keeping(),
                        Window.of(-5, 3), // the prompt's end lies in the block and sees it
                        Window.of(-5, 11).wanting(3, 11).keeping(),
                        Window.of(3, 11),
                        Window.of(3, 11),
                        Window.of(3, 11));
        assertThat(windows(blocksOf(8).withCache(false)).get(3))
                .isEqualTo(Window.upTo(11).wanting(3, 11));
    }

    private static List<Window> windows(BlockSamplerSettings settings) {
        FakeBackbone backbone = new FakeBackbone(9).withBlocks(8);
        new BlockSampler(settings).decode(backbone, request(11, 8), DecodingObserver.NONE);
        return backbone.windows();
    }

    @Test
    void allSurePositionsAreFilledIfTheyAreAtLeastAsManyAsScheduled() {
        for (DecodingStep s : steps(blocksOf(8).withThreshold(0.2), 11, 16)) {
            int sure = 0;
            for (int i = 0; i < s.filled().length; i++) {
                sure += s.active()[i] && s.confidence()[i] > 0.2f ? 1 : 0;
            }
            assertThat(filled(s)).isEqualTo(sure >= 1 ? sure : 1); // 8 steps for a block of 8: one scheduled
        }
    }

    @Test
    void nothingIsDecodedBehindABlockWithAnEndToken() {
        // the end token is one that the model puts into the second block, 3..11
        int[] free = decode(blocksOf(8), 40).tokenIds();
        int end = free[6];
        int first =
                IntStream.range(0, 40).filter(i -> free[i] == end).findFirst().orElseThrow();
        DecodedResponse ended = decode(new BlockSamplerSettings(8, 2, false, end, true, 0, 1, 0, false), 40);
        for (int i = 0; i < 40; i++) {
            assertThat(ended.tokenIds()[i]).isEqualTo(i <= first ? free[i] : end);
        }
        // 6 blocks in 48 steps, 8 each: the first block of 3 and the second of 8 take one step per position
        assertThat(ended.nfe()).isEqualTo(first < 3 ? 3 : 11);
    }

    @Test
    void anEarlyStopComesAsSoonAsEverythingBeforeTheEndTokenIsFilled() {
        int[] free = decode(blocksOf(8), 40).tokenIds();
        BlockSamplerSettings late = new BlockSamplerSettings(8, 2, false, free[3], true, 0, 1, 0, false);
        DecodedResponse early = decode(late.withEarlyStop(true), 40);
        assertThat(early.nfe()).isLessThanOrEqualTo(decode(late, 40).nfe());
        assertThat(early.tokenIds()).contains(free[3]).doesNotContain(FakeBackbone.MASK);
    }

    private static DecodedResponse decode(BlockSamplerSettings settings, int length) {
        return new BlockSampler(settings)
                .decode(new FakeBackbone(9).withBlocks(8), request(length, 48), DecodingObserver.NONE)
                .get(0);
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> DEFAULTS.withBlockLength(-1))
                .hasMessage("blockLength must be at least 1, or 0 for the model's, was -1");
        assertThatThrownBy(() -> DEFAULTS.withThreshold(-1)).hasMessage("threshold must be at least 0, was -1.0");
        assertThatThrownBy(() -> new BlockSampler(blocksOf(8))
                        .decode(new FakeBackbone(9).withBlocks(8), request(40, 2), DecodingObserver.NONE))
                .hasMessageContaining("at least one step for each of the 6 blocks");
        assertThatThrownBy(() ->
                        new BlockSampler(DEFAULTS).decode(new FakeBackbone(9), request(40, 20), DecodingObserver.NONE))
                .hasMessageContaining(
                        "llada2 needs a model with block-causal attention; the attention of fake is full");
    }
}
