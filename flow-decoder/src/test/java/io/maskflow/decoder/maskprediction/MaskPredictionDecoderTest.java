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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskPredictionDecoderTest extends DecoderContractTest {

    private static final MaskPredictionSettings DEFAULTS = MaskPredictionSettings.defaults();

    @Override
    protected Decoder decoder() {
        return new MaskPredictionDecoder(DEFAULTS);
    }

    private static List<DecodingStep> firstRow(MaskPredictionSettings settings, int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        new MaskPredictionDecoder(settings).decode(new FakeBackbone(9), request(1, 12, steps), seen::add);
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
        List<DecodingStep> steps = firstRow(DEFAULTS.withBlockLength(5), 7);
        // lengths 5, 5, 2; 7 steps: 3, 2, 2
        assertThat(steps.stream().map(DecodingStep::from)).containsExactly(0, 0, 0, 5, 5, 10, 10);
        assertThat(steps.stream().map(s -> count(s.filled()))).containsExactly(2, 2, 1, 3, 2, 1, 1);
    }

    @ParameterizedTest
    @EnumSource(Remasking.class)
    void everyRankingFillsEverything(Remasking remasking) {
        DecodeRequest request = request(8, 12, 5);
        List<DecodedResponse> responses = new MaskPredictionDecoder(DEFAULTS.withRemasking(remasking))
                .decode(new FakeBackbone(9), request, DecodingObserver.NONE);
        assertThat(responses).allSatisfy(r -> assertThat(r.nfe()).isEqualTo(5));
        assertThat(responses).allSatisfy(r -> assertThat(r.tokenIds()).doesNotContain(FakeBackbone.MASK));
    }

    @Test
    void randomRemaskingFollowsTheGivenDraws() {
        List<DecodingStep> seen = new ArrayList<>();
        RemaskingDraws later = (key, step, position) -> position / 12.0;
        new MaskPredictionDecoder(DEFAULTS.withRemasking(Remasking.RANDOM), later)
                .decode(new FakeBackbone(9), request(1, 12, 12), seen::add);
        for (int l = 0; l < 12; l++) {
            assertThat(seen.get(l).filled()[11 - l]).isTrue();
        }
    }

    @Test
    void drawsDependOnEveryPartOfTheIdentityAndOnNothingElse() {
        SampleKey key = new SampleKey(1, 2, 3, 4);
        double draw = RemaskingDraws.KEYED.draw(key, 5, 6);
        assertThat(RemaskingDraws.KEYED.draw(new SampleKey(1, 2, 3, 4), 5, 6)).isEqualTo(draw);
        List<SampleKey> others = List.of(
                new SampleKey(9, 2, 3, 4),
                new SampleKey(1, 9, 3, 4),
                new SampleKey(1, 2, 9, 4),
                new SampleKey(1, 2, 3, 9));
        assertThat(others)
                .allSatisfy(k -> assertThat(RemaskingDraws.KEYED.draw(k, 5, 6)).isNotEqualTo(draw));
        assertThat(RemaskingDraws.KEYED.draw(key, 9, 6)).isNotEqualTo(draw);
        assertThat(RemaskingDraws.KEYED.draw(key, 5, 9)).isNotEqualTo(draw);
    }

    @Test
    void drawsAreUniform() {
        // 10,000 draws in 10 bins: chi-square with 9 degrees of freedom exceeds 33.7 with probability 1e-4; the seed is
        // fixed
        int[] bins = new int[10];
        for (int n = 0; n < 10_000; n++) {
            bins[(int) (10 * RemaskingDraws.KEYED.draw(new SampleKey(3, 0, n / 100, 0), n % 10, n / 10 % 10))]++;
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
        MaskPredictionSettings noEnd =
                new MaskPredictionSettings(Remasking.LOW_CONFIDENCE, 0, 0, 0, true, false, -1, -1);
        DecodeRequest request = request(8, 12, 4);
        for (long seed = 0; seed < 5; seed++) {
            for (DecodedResponse r : new MaskPredictionDecoder(noEnd)
                    .decode(new FakeBackbone(seed, 3, 0), request, DecodingObserver.NONE)) {
                assertThat(r.tokenIds()).doesNotContain(FakeBackbone.END);
            }
        }
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> Remasking.of("best"))
                .hasMessage("remasking must be one of low_confidence, random, entropy, margin, was best");
        assertThatThrownBy(() -> DEFAULTS.withThreshold(1.5))
                .hasMessage("threshold must lie in [0, 1], 0 for none, was 1.5");
        assertThatThrownBy(() -> DEFAULTS.withRemasking(Remasking.RANDOM).withThreshold(0.5))
                .hasMessage("threshold needs remasking low_confidence, was random");
        assertThatThrownBy(() -> DEFAULTS.withBlockLength(-3)).hasMessageContaining("was -3");
    }
}
