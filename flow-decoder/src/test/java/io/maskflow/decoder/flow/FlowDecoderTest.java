package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlowDecoderTest extends DecoderContractTest {

    private static final StepSizePolicy RULE = new ConfidenceStepSize.Exponential(2, 8);

    @Override
    protected Decoder decoder() {
        return new FlowDecoder(FlowSettings.defaults(), RULE);
    }

    static Stream<Arguments> everySwitch() {
        FlowSettings d = FlowSettings.defaults();
        return Stream.of(
                Arguments.of("default", d),
                Arguments.of("no re-editing", d.withReEditing(false)),
                Arguments.of("no commitment", d.withHardCommitment(false)),
                Arguments.of("only the flow", d.withReEditing(false).withHardCommitment(false)),
                Arguments.of("committed revisable", d.withCommittedFinal(false)),
                Arguments.of("re-edit after update", d.withReEditAfterUpdate(true)),
                Arguments.of("commitment sees old progress", d.withCommitSeesOldProgress(true)),
                Arguments.of("synchronous", d.withSynchronous(true)),
                Arguments.of("blocks of 5", d.withBlockLength(5)),
                Arguments.of("arrival", d.withArrival(0.9)),
                Arguments.of("arrival in blocks", d.withArrival(0.9).withBlockLength(5)),
                Arguments.of("sure ones committed", d.withCommit(CommitRule.SURE, 0.7)),
                Arguments.of("arrived ones committed", d.withArrival(0.95).withCommit(CommitRule.ARRIVED, 0.9)));
    }

    /** Never quite to t = 1, where the literal form divides by zero. */
    private static StepSizePolicy belowOne() {
        return row -> {
            float[] a = row.confidence().clone();
            for (int i = 0; i < a.length; i++) {
                a[i] *= 0.9f;
            }
            return StepSizePolicy.Fractions.of(a);
        };
    }

    private static List<DecodingStep> steps(FlowSettings settings, StepSizePolicy policy, int steps, int seed) {
        List<DecodingStep> seen = new ArrayList<>();
        FakeBackbone backbone = new FakeBackbone(seed, 2.5, 0);
        new FlowDecoder(settings, policy).decode(backbone, request(4, 12, steps), seen::add);
        return seen;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everySwitch")
    void progressStaysBetweenZeroAndOneAndFallsOnlyAtAReEdit(String name, FlowSettings settings) {
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(settings, RULE, 12, seed)) {
                for (int i = 0; i < s.progressAfter().length; i++) {
                    assertThat(s.progressAfter()[i]).isBetween(0f, 1f);
                    if (!s.reEdited()[i]) {
                        assertThat(s.progressAfter()[i]).isGreaterThanOrEqualTo(s.progressBefore()[i]);
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everySwitch")
    void aCommitmentClosesOneOpenPositionAndACommittedPositionStays(String name, FlowSettings settings) {
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(settings, RULE, 12, seed)) {
                for (int at : s.committed()) {
                    assertThat(s.active()[at - s.from()]).isTrue();
                    assertThat(s.progressAfter()[at - s.from()]).isEqualTo(1f);
                }
                for (int i = 0; i < s.active().length; i++) {
                    if (!s.active()[i]) {
                        assertThat(s.progressAfter()[i]).isEqualTo(1f);
                        assertThat(s.progressBefore()[i]).isEqualTo(1f);
                    }
                }
            }
        }
    }

    @Test
    void withoutBlocksEveryStepCommitsUntilNothingIsOpen() {
        FakeBackbone backbone = new FakeBackbone(11);
        StepSizePolicy slow = new ConstantStepSize(0.01);
        List<DecodedResponse> responses = new FlowDecoder(FlowSettings.defaults(), slow)
                .decode(backbone, request(8, 12, 30), DecodingObserver.NONE);
        // one commitment per step, 12 positions: 12 calls, the other 18 are skipped
        assertThat(responses).allSatisfy(r -> assertThat(r.nfe()).isEqualTo(12));
        assertThat(responses).allSatisfy(r -> assertThat(r.finalProgress()).containsOnly(1f));
    }

    /** All but the revisable reading, in which a position at t = 1 flows on and the literal form divides by zero. */
    static Stream<Arguments> switchesOfTheLiteralForm() {
        return everySwitch().filter(c -> ((FlowSettings) c.get()[1]).committedFinal());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("switchesOfTheLiteralForm")
    void fastPathEqualsThePaperLiteralForm(String name, FlowSettings settings) {
        int n = 12;
        FlowSettings whole = settings.withBlockLength(0);
        for (int seed = 0; seed < 10; seed++) {
            FakeBackbone backbone = new FakeBackbone(seed, 2.5, 0);
            ReferenceFlow reference = new ReferenceFlow(whole, backbone.embedding(FakeBackbone.MASK), n);
            DecodingObserver beside = step -> {
                double[][] xPred = new double[n][];
                double[] a = new double[n];
                for (int i = 0; i < n; i++) {
                    xPred[i] = backbone.embedding(step.predicted()[i]);
                    a[i] = step.fraction()[i];
                }
                reference.step(xPred, step.confidence(), a);
                float[] x = backbone.openSession().states();
                for (int i = 0; i < n; i++) {
                    assertThat((double) step.progressAfter()[i])
                            .isCloseTo(reference.progress()[i], within(1e-6));
                    for (int e = 0; e < FakeBackbone.EMBEDDING; e++) {
                        assertThat((double) x[i * FakeBackbone.EMBEDDING + e])
                                .isCloseTo(reference.states()[i][e], within(1e-5));
                    }
                }
            };
            new FlowDecoder(whole, belowOne()).decode(backbone, request(1, n, 10), beside);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everySwitch")
    void everyUpdateIsAConvexMix(String name, FlowSettings settings) {
        for (int seed = 0; seed < 10; seed++) {
            FakeBackbone backbone = new FakeBackbone(seed, 2.5, 0);
            new FlowDecoder(settings, RULE).decode(backbone, request(4, 12, 12), DecodingObserver.NONE);
            assertThat(backbone.lowestShare()).isGreaterThanOrEqualTo(0f);
            assertThat(backbone.largestShareError()).isLessThanOrEqualTo(1e-6);
        }
    }

    @Test
    void removingReEditingEqualsAMarginThatIsNeverReached() {
        FlowSettings d = FlowSettings.defaults();
        assertSameDecoding(d.withReEditing(false), d.withReEditMargin(1), RULE);
    }

    @Test
    void removingHardCommitmentEqualsAThresholdThatNoPositionIsBelow() {
        FlowSettings d = FlowSettings.defaults();
        assertSameDecoding(d.withHardCommitment(false), d.withCommitBelow(Double.MIN_VALUE), RULE);
    }

    @Test
    void aConstantStepSizeIsSynchronousAlready() {
        FlowSettings d = FlowSettings.defaults();
        assertSameDecoding(d, d.withSynchronous(true), new ConstantStepSize(0.25));
    }

    @Test
    void oneBlockOfTheWholeLengthIsNoBlock() {
        FlowSettings d = FlowSettings.defaults();
        assertSameDecoding(d, d.withBlockLength(12), RULE);
    }

    private static void assertSameDecoding(FlowSettings one, FlowSettings other, StepSizePolicy policy) {
        for (int seed = 0; seed < 10; seed++) {
            List<DecodedResponse> first = decode(one, policy, seed);
            List<DecodedResponse> second = decode(other, policy, seed);
            for (int row = 0; row < first.size(); row++) {
                assertThat(first.get(row).tokenIds())
                        .containsExactly(second.get(row).tokenIds());
                assertThat(first.get(row).finalProgress())
                        .containsExactly(second.get(row).finalProgress());
                assertThat(first.get(row).nfe()).isEqualTo(second.get(row).nfe());
            }
        }
    }

    private static List<DecodedResponse> decode(FlowSettings settings, StepSizePolicy policy, int seed) {
        return new FlowDecoder(settings, policy)
                .decode(new FakeBackbone(seed, 2.5, 0), request(4, 12, 8), DecodingObserver.NONE);
    }

    @Test
    void theSwitchesMakeADifferenceHere() {
        // guards the tests above: with these seeds positions are re-edited, committed and revised
        int reEdits = 0;
        int commitments = 0;
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(FlowSettings.defaults(), belowOne(), 12, seed)) {
                commitments += s.committed().length;
                for (boolean reEdited : s.reEdited()) {
                    reEdits += reEdited ? 1 : 0;
                }
            }
        }
        assertThat(reEdits).isPositive();
        assertThat(commitments).isPositive();
    }

    @Test
    void blocksFollowEachOtherAndShareTheSteps() {
        // N = 12 in blocks of 5: lengths 5, 5, 2; T = 11: 4, 4, 3 steps, the last block needs only 2
        List<DecodingStep> row0 =
                steps(FlowSettings.defaults().withBlockLength(5), new ConstantStepSize(0.01), 11, 3).stream()
                        .filter(s -> s.row() == 0)
                        .toList();
        assertThat(row0.stream().map(DecodingStep::from)).containsExactly(0, 0, 0, 0, 5, 5, 5, 5, 10, 10);
        assertThat(row0.stream().map(DecodingStep::step)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(row0).allSatisfy(s -> assertThat(s.committed()).hasSize(1));
        assertThat(row0).allSatisfy(s -> assertThat(s.committed()[0] - s.from()).isBetween(0, s.active().length - 1));
    }

    @Test
    void stepsLeftOverByABlockAreSkippedAndNotGivenToTheNext() {
        // 18 steps: 6 for each block, of which 5, 5 and 2 are needed; rho counts the skipped ones
        List<DecodingStep> row0 =
                steps(FlowSettings.defaults().withBlockLength(5), new ConstantStepSize(0.01), 18, 3).stream()
                        .filter(s -> s.row() == 0)
                        .toList();
        assertThat(row0.stream().map(DecodingStep::step)).containsExactly(0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13);
    }

    @Test
    void statesOfAFinishedBlockAreItsCleanTokens() {
        FakeBackbone backbone = new FakeBackbone(3, 2.5, 0);
        List<DecodedResponse> responses = new FlowDecoder(
                        FlowSettings.defaults().withBlockLength(6).withHardCommitment(false), new ConstantStepSize(0.1))
                .decode(backbone, request(1, 12, 4), DecodingObserver.NONE);
        float[] x = backbone.lastStates();
        for (int i = 0; i < 12; i++) {
            double[] clean = backbone.embedding(responses.get(0).tokenIds()[i]);
            for (int e = 0; e < FakeBackbone.EMBEDDING; e++) {
                assertThat((double) x[i * FakeBackbone.EMBEDDING + e]).isCloseTo(clean[e], within(1e-6));
            }
        }
        // two steps per block at a tenth each: 1 - 0.9^2
        assertThat(responses.get(0).finalProgress()[0]).isCloseTo(0.19f, within(1e-6f));
    }

    @Test
    void moreBlocksThanStepsAreRefusedWithTheNumbers() {
        Decoder decoder = new FlowDecoder(FlowSettings.defaults().withBlockLength(3), RULE);
        assertThatThrownBy(() -> decoder.decode(new FakeBackbone(1), request(1, 12, 3), DecodingObserver.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 blocks")
                .hasMessageContaining("was 3 steps");
    }

    @Test
    void aFractionOutsideItsRangeIsRefusedWithItsPlace() {
        StepSizePolicy broken = row -> StepSizePolicy.Fractions.of(new float[] {0.5f, Float.NaN, 0.5f});
        assertThatThrownBy(() -> new FlowDecoder(FlowSettings.defaults(), broken)
                        .decode(new FakeBackbone(1), request(1, 3, 2), DecodingObserver.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("step fraction must lie in [0, 1], was NaN (row 0, step 0, position 1");
    }
}
