package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A flow that ends when it is done, and how many positions a step fixes. */
class ArrivalTest extends DecoderContractTest {

    private static final StepSizePolicy RULE = new ConfidenceStepSize.Power(2);
    private static final FlowSettings ARRIVING = FlowSettings.defaults().withArrival(0.9);

    @Override
    protected Decoder decoder() {
        return new FlowDecoder(ARRIVING, RULE);
    }

    private static List<DecodingStep> steps(FlowSettings settings, StepSizePolicy policy, int steps, int seed) {
        List<DecodingStep> seen = new ArrayList<>();
        new FlowDecoder(settings, policy).decode(new FakeBackbone(seed, 2.5, 0), request(4, 12, steps), seen::add);
        return seen;
    }

    private static boolean arrived(DecodingStep step, double from) {
        for (float t : step.progressAfter()) {
            if (t < (float) from) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void aBlockEndsAfterTheFirstStepInWhichAllItsOpenPositionsHaveArrived(int blockLength) {
        int early = 0;
        for (int seed = 0; seed < 10; seed++) {
            List<DecodingStep> seen = steps(ARRIVING.withBlockLength(blockLength), RULE, 24, seed);
            for (int row = 0; row < 4; row++) {
                int of = row;
                List<DecodingStep> mine =
                        seen.stream().filter(s -> s.row() == of).toList();
                for (int i = 0; i + 1 < mine.size(); i++) {
                    boolean lastOfBlock = mine.get(i + 1).from() != mine.get(i).from();
                    assertThat(arrived(mine.get(i), 0.9)).isEqualTo(lastOfBlock);
                }
                DecodingStep last = mine.get(mine.size() - 1);
                assertThat(arrived(last, 0.9) || last.step() == 23).isTrue();
                early += last.step() < 23 ? 1 : 0;
            }
        }
        assertThat(early).isPositive();
    }

    @Test
    void upToItsEndAResponseIsDecodedAsOnTheFixedClock() {
        for (int seed = 0; seed < 10; seed++) {
            List<DecodingStep> fixed = steps(FlowSettings.defaults(), RULE, 24, seed);
            for (DecodingStep step : steps(ARRIVING, RULE, 24, seed)) {
                DecodingStep twin = fixed.stream()
                        .filter(s -> s.row() == step.row() && s.step() == step.step())
                        .findFirst()
                        .orElseThrow();
                assertThat(step.predicted()).containsExactly(twin.predicted());
                assertThat(step.progressAfter()).containsExactly(twin.progressAfter());
            }
        }
    }

    @Test
    void anEarlierArrivalNeverCostsMoreCalls() {
        for (int seed = 0; seed < 10; seed++) {
            int before = 0;
            for (double arrival : new double[] {0.5, 0.9, 1, 0}) {
                int calls = steps(FlowSettings.defaults().withArrival(arrival), RULE, 24, seed)
                        .size();
                assertThat(calls).isGreaterThanOrEqualTo(before);
                before = calls;
            }
        }
    }

    @Test
    void theCeilingHoldsWhereNothingArrives() {
        StepSizePolicy still = row -> StepSizePolicy.Fractions.of(new float[row.length()]);
        FlowSettings settings = ARRIVING.withHardCommitment(false);
        List<DecodedResponse> responses =
                new FlowDecoder(settings, still).decode(new FakeBackbone(1), request(4, 12, 7), DecodingObserver.NONE);
        assertThat(responses).allSatisfy(r -> assertThat(r.nfe()).isEqualTo(7));
    }

    /**
     * The worked example: a = 1 where c >= theta, else 0, and every sure position fixed, is Fast-dLLM's threshold. The model
     * never predicts the mask: mask prediction counts that probability, the flow takes it out. The one that is always fixed
     * is judged by its progress before the step, which is 0 for every open position: it is the surest of all.
     */
    @ParameterizedTest
    @CsvSource({"0.2, 12", "0.4, 12", "0.6, 12", "0.8, 12", "0.95, 12", "0.6, 3", "0.6, 1", "1, 30"})
    void thresholdDecodingIsASpecialCase(double threshold, int steps) {
        FlowSettings sure =
                FlowSettings.defaults().withCommit(CommitRule.SURE, threshold).withCommitSeesOldProgress(true);
        Decoder flow = new FlowDecoder(sure, new ConfidenceStepSize.Threshold(threshold));
        Decoder mask =
                new MaskPredictionDecoder(MaskPredictionSettings.defaults().withThreshold(threshold));
        for (int seed = 0; seed < 20; seed++) {
            List<DecodedResponse> one =
                    flow.decode(new FakeBackbone(seed, 2.5, -100), request(8, 12, steps), DecodingObserver.NONE);
            List<DecodedResponse> other =
                    mask.decode(new FakeBackbone(seed, 2.5, -100), request(8, 12, steps), DecodingObserver.NONE);
            for (int row = 0; row < 8; row++) {
                assertThat(one.get(row).tokenIds())
                        .containsExactly(other.get(row).tokenIds());
                assertThat(one.get(row).nfe()).isEqualTo(other.get(row).nfe());
            }
        }
    }

    @Test
    void everySurePositionIsFixedAndTheOneBesides() {
        FlowSettings sure = FlowSettings.defaults().withCommit(CommitRule.SURE, 0.6);
        int several = 0;
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(sure, new ConstantStepSize(0.1), 12, seed)) {
                List<Integer> expected = new ArrayList<>();
                int best = -1;
                for (int i = 0; i < 12; i++) {
                    if (s.active()[i]) {
                        if (s.confidence()[i] >= 0.6f) {
                            expected.add(i);
                        }
                        best = best < 0 || s.confidence()[i] > s.confidence()[best] ? i : best;
                    }
                }
                if (s.confidence()[best] < 0.6f) { // else the surest, here always below .99, is among them
                    expected.add(best);
                }
                several += expected.size() > 1 ? 1 : 0;
                assertThat(s.committed())
                        .containsExactly(expected.stream().mapToInt(i -> i).toArray());
            }
        }
        assertThat(several).isPositive();
    }

    @Test
    void besidesTheSureOnesThatHaveArrivedTheSurestOneThatHasNotIsFixed() {
        double threshold = 0.6;
        FlowSettings sure = FlowSettings.defaults().withCommit(CommitRule.SURE, threshold);
        int besides = 0;
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(sure, new ConfidenceStepSize.Threshold(threshold), 12, seed)) {
                long unsure = java.util.Arrays.stream(s.committed())
                        .filter(i -> s.confidence()[i] < (float) threshold)
                        .count();
                long open = java.util.stream.IntStream.range(0, 12)
                        .filter(i -> s.active()[i] && s.confidence()[i] < (float) threshold)
                        .count();
                assertThat(unsure).isEqualTo(Math.min(1, open));
                besides += unsure > 0 && s.committed().length > 1 ? 1 : 0;
            }
        }
        assertThat(besides).isPositive();
    }

    @Test
    void everyArrivedPositionIsFixedAndTheOneBesides() {
        FlowSettings settings = FlowSettings.defaults().withCommit(CommitRule.ARRIVED, 0.8);
        int several = 0;
        for (int seed = 0; seed < 10; seed++) {
            for (DecodingStep s : steps(settings, RULE, 12, seed)) {
                for (int i = 0; i < 12; i++) {
                    if (s.active()[i] && s.progressAfter()[i] >= 0.8f) {
                        assertThat(s.committed()).contains(i);
                    }
                }
                several += s.committed().length > 1 ? 1 : 0;
            }
        }
        assertThat(several).isPositive();
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        FlowSettings d = FlowSettings.defaults();
        assertThatThrownBy(() -> d.withArrival(1.1)).hasMessage("arrival must lie in [0, 1], 0 for none, was 1.1");
        assertThatThrownBy(() -> d.withCommit(CommitRule.SURE, 0)).hasMessage("commitFrom must lie in (0, 1], was 0.0");
        assertThatThrownBy(() -> d.withHardCommitment(false).withCommit(CommitRule.SURE, 0.5))
                .hasMessage("commit must be one where hardCommitment is false, was sure");
    }
}
