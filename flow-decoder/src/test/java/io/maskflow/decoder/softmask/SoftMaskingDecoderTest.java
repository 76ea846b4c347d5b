package io.maskflow.decoder.softmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.params.provider.ValueSource;

class SoftMaskingDecoderTest extends DecoderContractTest {

    private static final MaskPredictionSettings PLAIN = MaskPredictionSettings.defaults();
    private static final SoftMask STRONG = new SoftMask(0.8, 2, -2, 3, 1);

    private static Decoder around(MaskPredictionSettings settings, SoftMask soft, FeedbackSchedule schedule) {
        return new SoftMaskingDecoder(new MaskPredictionDecoder(settings), soft, schedule, true);
    }

    @Override
    protected Decoder decoder() {
        return around(PLAIN, STRONG, FeedbackSchedule.defaults());
    }

    private static List<int[]> tokens(Decoder decoder, FakeBackbone backbone) {
        return decoder.decode(backbone, request(8, 12, 5), DecodingObserver.NONE).stream()
                .map(DecodedResponse::tokenIds)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void withoutScaleItIsTheWrappedDecoder(int blockLength) {
        MaskPredictionSettings blocks = PLAIN.withBlockLength(blockLength);
        SoftMask none = new SoftMask(0, 2, -2, 3, 1);
        List<int[]> plain = tokens(new MaskPredictionDecoder(blocks), new FakeBackbone(3));
        List<int[]> soft = tokens(around(blocks, none, FeedbackSchedule.defaults()), new FakeBackbone(3));
        for (int row = 0; row < 8; row++) {
            assertThat(soft.get(row)).containsExactly(plain.get(row));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 0})
    void everyStateIsAConvexMixtureOfEmbeddings(int k) {
        FakeBackbone backbone = new FakeBackbone(4);
        tokens(around(PLAIN, new SoftMask(0.9, 3, -1, k, 0.7), FeedbackSchedule.defaults()), backbone);
        assertThat(backbone.lowestShare()).isGreaterThanOrEqualTo(0f);
        assertThat(backbone.largestShareError()).isCloseTo(0, within(1e-6));
    }

    /** One step of one row, worked out from the observer's confidence: k = 1 feeds {@code (1 - l) m + l E[argmax]}. */
    @Test
    void maskedPositionsCarryTheirPredictionAndFilledOnesTheirToken() {
        FakeBackbone backbone = new FakeBackbone(5);
        SoftMask constant = new SoftMask(0.5, 0, 0, 1, 1); // sigma(0) = 1/2 at any entropy: lambda 1/4
        List<DecodingStep> seen = new ArrayList<>();
        List<float[]> states = new ArrayList<>();
        around(PLAIN, constant, FeedbackSchedule.defaults()).decode(backbone, request(1, 12, 3), step -> {
            seen.add(step);
            states.add(backbone.openSession().states());
        });
        DecodingStep first = seen.get(0);
        for (int i = 0; i < 12; i++) {
            double lambda = first.filled()[i] ? 1 : 0.25;
            double[] token = backbone.embedding(first.predicted()[i]);
            double[] mask = backbone.embedding(FakeBackbone.MASK);
            for (int e = 0; e < FakeBackbone.EMBEDDING; e++) {
                double expected = (1 - lambda) * mask[e] + lambda * token[e];
                assertThat((double) states.get(0)[i * FakeBackbone.EMBEDDING + e])
                        .isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void theWholeVocabularyAtTemperatureOneIsTheLimitOfLargeK() {
        SoftMask all = new SoftMask(0.7, 2, -2, 0, 1);
        SoftMask counted = new SoftMask(0.7, 2, -2, FakeBackbone.VOCABULARY, 1);
        FakeBackbone one = new FakeBackbone(6);
        FakeBackbone other = new FakeBackbone(6);
        List<float[]> states = new ArrayList<>();
        around(PLAIN, all, FeedbackSchedule.defaults())
                .decode(
                        one,
                        request(2, 12, 3),
                        step -> states.add(one.openSession().states()));
        int[] at = {0};
        around(PLAIN, counted, FeedbackSchedule.defaults()).decode(other, request(2, 12, 3), step -> assertThat(
                        other.openSession().states())
                .containsExactly(states.get(at[0]++), within(1e-5f)));
        assertThat(at[0]).isEqualTo(states.size());
    }

    @Test
    void linearFeedbackFadesWithTheSteps() {
        FakeBackbone backbone = new FakeBackbone(7);
        SoftMask constant = new SoftMask(1, 0, 0, 1, 1); // lambda 1/2 before the schedule
        var fading =
                new FeedbackSchedule(FeedbackSchedule.Shape.SM_TO_BINARY_LINEAR, FeedbackSchedule.Clock.STEPS, 0.5);
        List<DecodingStep> seen = new ArrayList<>();
        List<float[]> states = new ArrayList<>();
        around(PLAIN, constant, fading).decode(backbone, request(1, 12, 4), step -> {
            seen.add(step);
            states.add(backbone.openSession().states());
        });
        for (int l = 0; l < 3; l++) {
            double lambda = 0.5 * (4 - l) / 4;
            DecodingStep step = seen.get(l);
            for (int i = 0; i < 12; i++) {
                if (step.active()[i] && !step.filled()[i]) {
                    double mask = backbone.embedding(FakeBackbone.MASK)[0];
                    double token = backbone.embedding(step.predicted()[i])[0];
                    assertThat((double) states.get(l)[i * FakeBackbone.EMBEDDING])
                            .isCloseTo((1 - lambda) * mask + lambda * token, within(1e-5));
                }
            }
        }
    }

    @Test
    void laterBlocksCanBeLeftBinary() {
        FakeBackbone backbone = new FakeBackbone(8);
        Decoder decoder = new SoftMaskingDecoder(
                new MaskPredictionDecoder(PLAIN.withBlockLength(4)), STRONG, FeedbackSchedule.defaults(), false);
        double mask = backbone.embedding(FakeBackbone.MASK)[0];
        decoder.decode(backbone, request(1, 12, 6), step -> {
            float[] states = backbone.openSession().states();
            for (int i = step.from() + 4; i < 12; i++) {
                assertThat((double) states[i * FakeBackbone.EMBEDDING]).isCloseTo(mask, within(1e-6));
            }
        });
    }
}
