package io.maskflow.decoder.dream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.random.PositionDraws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DreamDecoderTest {

    private static final DreamSettings DEFAULTS = DreamSettings.defaults();

    @Nested
    class Entropy extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new DreamDecoder(DEFAULTS);
        }
    }

    @Nested
    class Origin extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new DreamDecoder(DEFAULTS.withAlgorithm(TransferAlgorithm.ORIGIN));
        }
    }

    @Nested
    class DrawnTokensAndPositions extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new DreamDecoder(new DreamSettings(TransferAlgorithm.MASKGIT_PLUS, 1e-3, 0.7, 0.9, 9, 0.3));
        }
    }

    private static List<DecodingStep> firstRow(DreamDecoder decoder, int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        decoder.decode(new FakeBackbone(9), DecoderContractTest.oneRow(12, steps), seen::add);
        return seen;
    }

    private static List<Integer> where(boolean[] flags) {
        return IntStream.range(0, flags.length).filter(i -> flags[i]).boxed().toList();
    }

    @Test
    void asManyStepsAsPositionsFillNothingFirstAndTwoInTheEnd() {
        // p_0 = 1 - t_1 = 0.999 / 24 < 1 / 24: floor(24 p_0) = 0; one each afterwards, the rest in the last step
        DreamSchedule schedule = new DreamSchedule(24, 1e-3f);
        int left = 24;
        List<Integer> counts = new ArrayList<>();
        for (int l = 0; l < 24; l++) {
            counts.add(schedule.count(l, left));
            left -= counts.get(l);
        }
        assertThat(counts.get(0)).isZero();
        assertThat(counts.subList(1, 23)).containsOnly(1);
        assertThat(counts.get(23)).isEqualTo(2);
    }

    @Test
    void sharesComeFromAnEvenGrid() {
        // t = 1, 0.75025, 0.5005, 0.25075, 0.001
        DreamSchedule schedule = new DreamSchedule(4, 1e-3f);
        assertThat(schedule.share(0)).isCloseTo(0.24975f, offset(1e-6f));
        assertThat(schedule.share(1)).isCloseTo(1f - 0.5005f / 0.75025f, offset(1e-6f));
        assertThat(schedule.share(3)).isEqualTo(1f);
    }

    @ParameterizedTest
    @EnumSource(value = TransferAlgorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "P2")
    void everyAlgorithmFillsEverything(TransferAlgorithm algorithm) {
        List<DecodingStep> steps = firstRow(new DreamDecoder(DEFAULTS.withAlgorithm(algorithm)), 5);
        assertThat(steps.stream().flatMap(s -> where(s.filled()).stream()))
                .hasSize(12)
                .doesNotHaveDuplicates();
    }

    /** It masks the least sure of what it filled again, so a position may be filled twice; none is left out. */
    @Test
    void p2FillsEverythingAndSomeOfItAgain() {
        List<DecodingStep> steps = firstRow(new DreamDecoder(DEFAULTS.withAlgorithm(TransferAlgorithm.P2)), 5);
        List<Integer> filled =
                steps.stream().flatMap(s -> where(s.filled()).stream()).toList();
        assertThat(new TreeSet<>(filled)).hasSize(12);
        assertThat(filled).hasSizeGreaterThan(12);
    }

    @Test
    void maskgitPlusFillsTheSurest() {
        DreamSettings settings = DEFAULTS.withAlgorithm(TransferAlgorithm.MASKGIT_PLUS);
        for (DecodingStep s : firstRow(new DreamDecoder(settings), 5)) {
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
    void originFillsWhereTheDrawIsBelowTheShare() {
        PositionDraws draws = (key, step, position) -> position / 12.0;
        DreamDecoder decoder = new DreamDecoder(
                DEFAULTS.withAlgorithm(TransferAlgorithm.ORIGIN), new DreamDecoder.Draws(draws, draws));
        List<DecodingStep> steps = firstRow(decoder, 4);
        // shares 0.24975, 0.3329, 0.499, 1: draws below them are those of positions 0..2, 3, 4..5, and all
        assertThat(steps.stream().map(s -> where(s.filled())))
                .containsExactly(List.of(0, 1, 2), List.of(3), List.of(4, 5), List.of(6, 7, 8, 9, 10, 11));
    }

    @Test
    void positionsAreDrawnInProportionToTheirWeight() {
        // three positions in two steps: the first fills floor(3 * 0.4995) = 1 of them, the first position with
        // probability
        // exp(c0) / (exp(c0) + exp(c1) + exp(c2)). Of 4,000 responses, four standard deviations are at most 0.032; the
        // seeds are fixed
        int n = 4000;
        DreamSettings settings =
                DEFAULTS.withAlgorithm(TransferAlgorithm.MASKGIT_PLUS).withAlgorithmTemperature(1);
        int[] firstTaken = {0};
        double[] expected = {0};
        new DreamDecoder(settings).decode(new FakeBackbone(3), DecoderContractTest.copies(n, 3, 2), s -> {
            if (s.step() == 0) {
                assertThat(where(s.filled())).hasSize(1);
                firstTaken[0] += s.filled()[0] ? 1 : 0;
                double w0 = Math.exp(s.confidence()[0]);
                expected[0] = w0 / (w0 + Math.exp(s.confidence()[1]) + Math.exp(s.confidence()[2]));
            }
        });
        assertThat(firstTaken[0] / (double) n).isCloseTo(expected[0], offset(0.032));
    }

    @Test
    void theSameKeysGiveTheSameDrawsAndOthersGiveOthers() {
        DreamDecoder decoder = new DreamDecoder(DEFAULTS.withTemperature(1));
        List<DecodedResponse> once =
                decoder.decode(new FakeBackbone(9), DecoderContractTest.copies(8, 12, 12), DecodingObserver.NONE);
        List<DecodedResponse> again =
                decoder.decode(new FakeBackbone(9), DecoderContractTest.copies(8, 12, 12), DecodingObserver.NONE);
        for (int g = 0; g < 8; g++) {
            assertThat(again.get(g).tokenIds()).containsExactly(once.get(g).tokenIds());
        }
        assertThat(once.stream().map(r -> Arrays.toString(r.tokenIds())).distinct())
                .hasSizeGreaterThan(4);
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> new DreamSettings(TransferAlgorithm.ENTROPY, 0, 0, 1, 0, 0))
                .hasMessage("eps must lie in (0, 1), was 0.0");
        assertThatThrownBy(() -> new DreamSettings(TransferAlgorithm.ENTROPY, 1e-3, 0, 1.5, 0, 0))
                .hasMessage("topP must lie in (0, 1], was 1.5");
        assertThatThrownBy(() -> DEFAULTS.withTemperature(-1)).hasMessage("temperature must be at least 0, was -1.0");
        assertThatThrownBy(() -> DEFAULTS.withAlgorithmTemperature(-1))
                .hasMessage("algorithmTemperature must be at least 0, was -1.0");
    }
}
