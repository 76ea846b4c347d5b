package io.maskflow.decoder.maskprediction;

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
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.random.PositionDraws;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskPredictionDecoderTest {

    private static final MaskPredictionSettings DEFAULTS = MaskPredictionSettings.defaults();

    private static final PositionDraws REMASK = PositionDraws.keyed("remask");

    @Nested
    class LowConfidence extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(DEFAULTS);
        }
    }

    @Nested
    class RandomWithGuidance extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(
                    DEFAULTS.withRemasking(Remasking.RANDOM).withCfgScale(0.5));
        }
    }

    @Nested
    class ThresholdAndDrawnTokens extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(DEFAULTS.withThreshold(0.6).withTemperature(0.8));
        }
    }

    @Nested
    class Factor extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(DEFAULTS.withFactor(1));
        }
    }

    @Nested
    class EntropyThreshold extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(
                    DEFAULTS.withRemasking(Remasking.ENTROPY).withThreshold(1.2));
        }
    }

    @Nested
    class PrefixCache extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(DEFAULTS.withBlocks(0, BlockCache.PREFIX));
        }
    }

    @Nested
    class DualCache extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new MaskPredictionDecoder(
                    DEFAULTS.withBlocks(0, BlockCache.DUAL).withThreshold(0.6).withExtraCall(true));
        }
    }

    private static List<DecodingStep> firstRow(MaskPredictionSettings settings, int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        new MaskPredictionDecoder(settings)
                .decode(new FakeBackbone(9), DecoderContractTest.oneRow(12, steps), seen::add);
        return seen;
    }

    private static int count(boolean[] filled) {
        int count = 0;
        for (boolean f : filled) {
            count += f ? 1 : 0;
        }
        return count;
    }

    @Test
    void positionsAreSharedEvenlyAndTheFirstStepsGetOneMore() {
        assertThat(firstRow(DEFAULTS, 5).stream().map(s -> count(s.filled()))).containsExactly(3, 3, 2, 2, 2);
        assertThat(firstRow(DEFAULTS, 17).stream().map(s -> count(s.filled())))
                .containsOnly(1)
                .hasSize(12);
    }

    @Test
    void lowConfidenceFillsTheSurestPositions() {
        for (DecodingStep s : firstRow(DEFAULTS, 4)) {
            float worstFilled = 1;
            float bestLeft = 0;
            for (int i = 0; i < 12; i++) {
                if (s.filled()[i]) {
                    worstFilled = Math.min(worstFilled, s.confidence()[i]);
                } else if (s.active()[i]) {
                    bestLeft = Math.max(bestLeft, s.confidence()[i]);
                }
            }
            assertThat(worstFilled).isGreaterThanOrEqualTo(bestLeft);
        }
    }

    @Test
    void blocksAreFilledOneAfterTheOther() {
        List<DecodingStep> steps = firstRow(DEFAULTS.withBlocks(5, BlockCache.NONE), 7);
        // lengths 5, 5, 2; 7 steps: 3, 2, 2
        assertThat(steps.stream().map(DecodingStep::from)).containsExactly(0, 0, 0, 5, 5, 10, 10);
        assertThat(steps.stream().map(s -> count(s.filled()))).containsExactly(2, 2, 1, 3, 2, 1, 1);
    }

    @ParameterizedTest
    @EnumSource(Remasking.class)
    void everyRankingFillsEverything(Remasking remasking) {
        DecodeRequest request = DecoderContractTest.request(8, 12, 5);
        List<DecodedResponse> responses = new MaskPredictionDecoder(DEFAULTS.withRemasking(remasking))
                .decode(new FakeBackbone(9), request, DecodingObserver.NONE);
        assertThat(responses).allSatisfy(r -> assertThat(r.nfe()).isEqualTo(5));
        assertThat(responses).allSatisfy(r -> assertThat(r.tokenIds()).doesNotContain(FakeBackbone.MASK));
    }

    @Test
    void randomRemaskingFollowsTheGivenDraws() {
        List<DecodingStep> seen = new ArrayList<>();
        PositionDraws later = (key, step, position) -> position / 12.0;
        new MaskPredictionDecoder(
                        DEFAULTS.withRemasking(Remasking.RANDOM), new MaskPredictionDecoder.Draws(later, later))
                .decode(new FakeBackbone(9), DecoderContractTest.oneRow(12, 12), seen::add);
        for (int l = 0; l < 12; l++) {
            assertThat(seen.get(l).filled()[11 - l]).isTrue();
        }
    }

    @Test
    void drawsDependOnEveryPartOfTheIdentityAndOnNothingElse() {
        SampleKey key = new SampleKey(1, 2, 3, 4);
        double draw = REMASK.draw(key, 5, 6);
        assertThat(REMASK.draw(new SampleKey(1, 2, 3, 4), 5, 6)).isEqualTo(draw);
        List<SampleKey> others = List.of(
                new SampleKey(9, 2, 3, 4),
                new SampleKey(1, 9, 3, 4),
                new SampleKey(1, 2, 9, 4),
                new SampleKey(1, 2, 3, 9));
        assertThat(others).allSatisfy(k -> assertThat(REMASK.draw(k, 5, 6)).isNotEqualTo(draw));
        assertThat(REMASK.draw(key, 9, 6)).isNotEqualTo(draw);
        assertThat(REMASK.draw(key, 5, 9)).isNotEqualTo(draw);
    }

    @Test
    void drawsAreUniform() {
        // 10,000 draws in 10 bins: chi-square with 9 degrees of freedom exceeds 33.7 with probability 1e-4; the seed is
        // fixed
        int[] bins = new int[10];
        for (int n = 0; n < 10_000; n++) {
            bins[(int) (10 * REMASK.draw(new SampleKey(3, 0, n / 100, 0), n % 10, n / 10 % 10))]++;
        }
        double chiSquare = 0;
        for (int bin : bins) {
            chiSquare += (bin - 1000.0) * (bin - 1000.0) / 1000;
        }
        assertThat(chiSquare).isLessThan(33.7);
    }

    @Test
    void thresholdFillsAllThatAreSureAndAlwaysTheSurest() {
        List<DecodingStep> steps = firstRow(DEFAULTS.withThreshold(0.5), 12);
        for (DecodingStep s : steps) {
            assertThat(count(s.filled())).isPositive();
            int unsure = 0;
            for (int i = 0; i < 12; i++) {
                if (s.active()[i] && s.confidence()[i] >= 0.5f) {
                    assertThat(s.filled()[i]).isTrue();
                }
                unsure += s.filled()[i] && s.confidence()[i] < 0.5f ? 1 : 0;
            }
            assertThat(unsure).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void thresholdRespectsTheBudgetByFillingTheRestInTheLastStep() {
        List<DecodingStep> steps = firstRow(DEFAULTS.withThreshold(1), 4);
        assertThat(steps.stream().map(s -> count(s.filled()))).containsExactly(1, 1, 1, 9);
    }

    @Test
    void suppressedEndTokenNeverComesOut() {
        MaskPredictionSettings noEnd = DEFAULTS.withEndTokens(true, false, -1, -1);
        DecodeRequest request = DecoderContractTest.request(8, 12, 4);
        for (long seed = 0; seed < 5; seed++) {
            for (DecodedResponse r : new MaskPredictionDecoder(noEnd)
                    .decode(new FakeBackbone(seed, 3, 0), request, DecodingObserver.NONE)) {
                assertThat(r.tokenIds()).doesNotContain(FakeBackbone.END);
            }
        }
    }

    @Test
    void cachedCallsFeedTheSuffixOrTheBlockAndWantTheBlock() {
        // blocks 0..5, 5..10, 10..12 in 7 steps: 3, 2, 2
        assertThat(windows(BlockCache.PREFIX))
                .containsExactly(
                        Window.whole(12).wanting(0, 5).keeping(),
                        Window.of(0, 12).wanting(0, 5),
                        Window.of(0, 12).wanting(0, 5),
                        Window.whole(12).wanting(5, 10).keeping(),
                        Window.of(5, 12).wanting(5, 10),
                        Window.whole(12).wanting(10, 12).keeping(),
                        Window.of(10, 12));
        assertThat(windows(BlockCache.DUAL))
                .containsExactly(
                        Window.whole(12).wanting(0, 5).keeping(),
                        Window.of(0, 5).attendingTo(12),
                        Window.of(0, 5).attendingTo(12),
                        Window.whole(12).wanting(5, 10).keeping(),
                        Window.of(5, 10).attendingTo(12),
                        Window.whole(12).wanting(10, 12).keeping(),
                        Window.of(10, 12));
    }

    private static List<Window> windows(BlockCache cache) {
        FakeBackbone backbone = new FakeBackbone(9);
        new MaskPredictionDecoder(DEFAULTS.withBlocks(5, cache))
                .decode(backbone, DecoderContractTest.oneRow(12, 7), DecodingObserver.NONE);
        return backbone.windows();
    }

    @Test
    void theSuperfluousCallOfThePublishedCachesIsMadeOnlyIfAskedFor() {
        // a threshold of practically 0 fills each of the three blocks in its first call
        MaskPredictionSettings eager = DEFAULTS.withBlocks(4, BlockCache.DUAL).withThreshold(1e-9);
        assertThat(calls(eager, 12)).isEqualTo(3);
        assertThat(calls(eager.withExtraCall(true), 12)).isEqualTo(6);
        assertThat(calls(eager.withExtraCall(true), 3))
                .as("a budget without room for it")
                .isEqualTo(3);
    }

    private static int calls(MaskPredictionSettings settings, int steps) {
        FakeBackbone backbone = new FakeBackbone(9);
        new MaskPredictionDecoder(settings)
                .decode(backbone, DecoderContractTest.oneRow(12, steps), DecodingObserver.NONE);
        return backbone.calls();
    }

    @Test
    void endTokensLoseTheirConfidenceAsPublishedOrAsIntended() {
        FakeBackbone backbone = new FakeBackbone(9);
        MaskPredictionSettings cold = DEFAULTS.withEndTokens(false, true, 5, 6);
        assertThat(late(cold, backbone)).containsExactly(5, 6);
        assertThat(late(cold.withTemperature(0.5), backbone)).containsExactly(6);
        assertThat(late(cold.withTemperature(0.5).withEosRule(EosRule.INTENDED), backbone))
                .containsExactly(5, 6);
    }

    private static List<Integer> late(MaskPredictionSettings settings, FakeBackbone backbone) {
        return new MaskPredictionDecoder(settings).logitRules(backbone.info()).suppressedInConfidence();
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> DEFAULTS.withCfgScale(1).withBlocks(4, BlockCache.DUAL))
                .hasMessage("cfgScale must be 0 with cache dual, was 1.0");
        assertThatThrownBy(() -> DEFAULTS.withThreshold(1.5))
                .hasMessage(
                        "threshold must lie in [0, 1], 0 for none (with remasking entropy: at least 0, in nats), was 1.5");
        assertThatThrownBy(() -> DEFAULTS.withRemasking(Remasking.RANDOM).withThreshold(0.5))
                .hasMessage("threshold needs remasking low_confidence, margin or entropy, was random");
        assertThatThrownBy(() -> DEFAULTS.withBlocks(-3, BlockCache.NONE)).hasMessageContaining("was -3");
    }
}
