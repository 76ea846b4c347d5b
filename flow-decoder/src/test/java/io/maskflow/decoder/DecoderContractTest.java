package io.maskflow.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every decoder promises, whatever its rules. */
public abstract class DecoderContractTest {

    /** The decoder under test, on a response without blocks. */
    protected abstract Decoder decoder();

    /** A random model of the kind that the decoder needs. */
    protected FakeBackbone backbone(long seed, double maskBias) {
        return new FakeBackbone(seed, 1.5, maskBias);
    }

    /** Eight prompts of different lengths. */
    public static DecodeRequest request(int rows, int length, int steps) {
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int[] prompt = new Random(row)
                    .ints(3 + row % 4, 3, FakeBackbone.VOCABULARY)
                    .toArray();
            samples.add(new DecodeRequest.Sample(prompt, new SampleKey(7, 0, row, 0)));
        }
        return new DecodeRequest(samples, length, steps);
    }

    /** The first of them. */
    public static DecodeRequest oneRow(int length, int steps) {
        return request(1, length, steps);
    }

    /** Copies of one prompt that differ in the sample of their keys. */
    public static DecodeRequest copies(int count, int length, int steps) {
        int[] prompt = {3, 4, 5};
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            samples.add(new DecodeRequest.Sample(prompt, new SampleKey(7, 0, 0, g)));
        }
        return new DecodeRequest(samples, length, steps);
    }

    @ParameterizedTest
    @CsvSource({"12, 1", "12, 3", "12, 5", "12, 12", "12, 17", "1, 1", "1, 4"})
    void budgetIsRespectedAndEveryModelCallCounted(int length, int steps) {
        FakeBackbone backbone = backbone(1, 0);
        List<DecodedResponse> responses = decoder().decode(backbone, request(8, length, steps), DecodingObserver.NONE);
        assertThat(responses).hasSize(8);
        assertThat(responses).allSatisfy(r -> assertThat(r.nfe()).isBetween(1, steps));
        assertThat(responses.stream().mapToInt(DecodedResponse::nfe).sum()).isEqualTo(backbone.rowCalls());
        assertThat(responses.stream().mapToInt(DecodedResponse::nfe).max().orElseThrow())
                .isEqualTo(backbone.calls());
    }

    @ParameterizedTest
    @CsvSource({"12, 1", "12, 5", "12, 17"})
    void responseHasItsLengthAndProgressLiesBetweenZeroAndOne(int length, int steps) {
        for (DecodedResponse r : decoder().decode(backbone(2, 0), request(8, length, steps), DecodingObserver.NONE)) {
            assertThat(r.tokenIds()).hasSize(length);
            assertThat(r.finalProgress()).hasSize(length);
            for (float t : r.finalProgress()) {
                assertThat(t).isBetween(0f, 1f);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 12})
    void maskTokenIsNeverEmittedEvenWhereTheModelPrefersIt(int steps) {
        FakeBackbone lovesTheMask = backbone(3, 50);
        for (DecodedResponse r : decoder().decode(lovesTheMask, request(8, 12, steps), DecodingObserver.NONE)) {
            assertThat(r.tokenIds()).doesNotContain(FakeBackbone.MASK);
        }
    }

    @Test
    void promptsAreNotTouched() {
        DecodeRequest request = request(4, 12, 5);
        List<int[]> before =
                request.samples().stream().map(s -> s.promptIds().clone()).toList();
        decoder().decode(backbone(4, 0), request, DecodingObserver.NONE);
        for (int row = 0; row < before.size(); row++) {
            assertThat(request.samples().get(row).promptIds()).containsExactly(before.get(row));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 12, 17})
    void aRowAloneGetsWhatItGetsAmongEight(int steps) {
        DecodeRequest eight = request(8, 12, steps);
        List<DecodedResponse> together = decoder().decode(backbone(5, 0), eight, DecodingObserver.NONE);
        for (int row = 0; row < 8; row++) {
            DecodeRequest one = new DecodeRequest(List.of(eight.samples().get(row)), 12, steps);
            DecodedResponse alone =
                    decoder().decode(backbone(5, 0), one, DecodingObserver.NONE).get(0);
            assertThat(together.get(row).tokenIds()).containsExactly(alone.tokenIds());
            assertThat(together.get(row).finalProgress()).containsExactly(alone.finalProgress());
            assertThat(together.get(row).nfe()).isEqualTo(alone.nfe());
        }
    }

    @Test
    void eightCopiesOfOnePromptGetWhatEachGetsAlone() {
        DecodeRequest copies = copies(8, 12, 5);
        List<DecodedResponse> together = decoder().decode(backbone(7, 0), copies, DecodingObserver.NONE);
        for (int g = 0; g < 8; g++) {
            DecodeRequest one = new DecodeRequest(List.of(copies.samples().get(g)), 12, 5);
            DecodedResponse alone =
                    decoder().decode(backbone(7, 0), one, DecodingObserver.NONE).get(0);
            assertThat(together.get(g).tokenIds()).containsExactly(alone.tokenIds());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 17})
    void observerSeesEveryStepOfEveryRowInOrder(int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        List<DecodedResponse> responses = decoder().decode(backbone(6, 0), request(8, 12, steps), seen::add);
        for (int row = 0; row < 8; row++) {
            int of = row;
            List<DecodingStep> mine = seen.stream().filter(s -> s.row() == of).toList();
            assertThat(mine).hasSize(responses.get(row).nfe());
            int before = -1;
            for (DecodingStep step : mine) {
                assertThat(step.step()).isGreaterThan(before).isLessThan(steps);
                before = step.step();
                assertThat(step.totalSteps()).isEqualTo(steps);
                assertThat(step.from()).isBetween(0, 11);
                assertThat(step.confidence()).hasSameSizeAs(step.predicted());
                assertThat(step.active()).hasSameSizeAs(step.predicted());
                assertThat(step.reEdited()).hasSameSizeAs(step.predicted());
            }
        }
        // one model call after the other, and in each the rows in order
        int call = 0;
        int[] calls = new int[8];
        for (int s = 0; s < seen.size(); s++) {
            boolean nextRow = s > 0 && seen.get(s).row() > seen.get(s - 1).row();
            call += nextRow ? 0 : 1;
            assertThat(++calls[seen.get(s).row()]).isEqualTo(call);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 17})
    void outputIsWhatTheObserverSaw(int steps) {
        int[][] tokens = new int[8][12];
        boolean[][] fixed = new boolean[8][12];
        DecodingObserver observer = step -> {
            for (int i = 0; i < step.predicted().length && step.from() + i < 12; i++) {
                int at = step.from() + i;
                boolean flow = step.filled().length == 0;
                if (flow ? !fixed[step.row()][at] : step.filled()[i]) {
                    tokens[step.row()][at] = step.predicted()[i];
                }
                fixed[step.row()][at] |= flow ? Arrays.binarySearch(step.committed(), at) >= 0 : step.filled()[i];
                fixed[step.row()][at] &= flow || !step.reEdited()[i];
            }
        };
        List<DecodedResponse> responses = decoder().decode(backbone(8, 0), request(8, 12, steps), observer);
        for (int row = 0; row < 8; row++) {
            assertThat(responses.get(row).tokenIds()).startsWith(beforeTheEnd(tokens[row], fixed[row]));
        }
    }

    /** What a decoder has decided: all, or up to an end token if it decodes nothing behind that. */
    private static int[] beforeTheEnd(int[] tokens, boolean[] fixed) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] == FakeBackbone.END && fixed[i]) {
                return Arrays.copyOf(tokens, i + 1);
            }
        }
        return tokens;
    }
}
