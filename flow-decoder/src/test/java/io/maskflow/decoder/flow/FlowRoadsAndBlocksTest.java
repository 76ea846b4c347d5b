package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.PlainInterpolation;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The flow on other roads than the straight line, and under a block-causal mask. */
class FlowRoadsAndBlocksTest {

    private static final StepSizePolicy RULE = new ConfidenceStepSize.Exponential(2, 8);
    private static final FlowSettings CAUSAL =
            FlowSettings.defaults().with(draft -> draft.blockLength(8).laterBlocksFed(false));

    @Nested
    class Spherical extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new FlowDecoder(FlowSettings.defaults().withInterpolation(Interpolation.SLERP), RULE);
        }
    }

    @Nested
    class NormRestored extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new FlowDecoder(FlowSettings.defaults().withInterpolation(Interpolation.NORM), RULE);
        }
    }

    @Nested
    class BlockCausal extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new FlowDecoder(CAUSAL.withBlockLength(64), RULE);
        }

        @Override
        protected FakeBackbone backbone(long seed, double maskBias) {
            return super.backbone(seed, maskBias).withBlocks(64);
        }
    }

    private static float[] statesAfter(Interpolation road, double fraction, int steps) {
        FakeBackbone backbone = new FakeBackbone(4);
        FlowSettings plain = FlowSettings.defaults().withHardCommitment(false).withReEditing(false);
        new FlowDecoder(plain.withInterpolation(road), new ConstantStepSize(fraction))
                .decode(backbone, DecoderContractTest.oneRow(12, steps), DecodingObserver.NONE);
        return backbone.lastStates();
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void oneStepGoesTheFractionOfTheRoadFromTheMaskToThePrediction(Interpolation road) {
        FakeBackbone backbone = new FakeBackbone(4);
        List<DecodingStep> seen = new ArrayList<>();
        FlowSettings plain = FlowSettings.defaults().withHardCommitment(false).withReEditing(false);
        new FlowDecoder(plain.withInterpolation(road), new ConstantStepSize(0.4))
                .decode(backbone, DecoderContractTest.oneRow(12, 1), seen::add);
        float[] states = backbone.lastStates();
        for (int i = 0; i < 12; i++) {
            double[] expected = PlainInterpolation.between(
                    road,
                    backbone.embedding(FakeBackbone.MASK),
                    backbone.embedding(seen.get(0).predicted()[i]),
                    0.4f);
            for (int e = 0; e < FakeBackbone.EMBEDDING; e++) {
                assertThat((double) states[i * FakeBackbone.EMBEDDING + e]).isCloseTo(expected[e], within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void aWholeStepEndsAtTheTokenOnEveryRoad(Interpolation road) {
        assertThat(statesAfter(road, 1, 3)).containsExactly(statesAfter(Interpolation.LERP, 1, 3));
    }

    @ParameterizedTest
    @EnumSource(
            value = Interpolation.class,
            names = {"SLERP", "NORM"})
    void theOtherRoadsAreOther(Interpolation road) {
        assertThat(statesAfter(road, 0.5, 3)).isNotEqualTo(statesAfter(Interpolation.LERP, 0.5, 3));
    }

    private static DecodeRequest request(int length, int steps) {
        return new DecodeRequest(
                List.of(new DecodeRequest.Sample(new int[] {3, 4, 5, 6, 7}, new SampleKey(1, 0, 0, 0))), length, steps);
    }

    @Test
    void blocksUnderTheMaskAreAlignedWithThePromptAndPaddedToTheirEnd() {
        // 5 prompt tokens, 16 positions, blocks of 8: 0..3, 3..11, 11..19
        FakeBackbone backbone = new FakeBackbone(9).withBlocks(8);
        List<DecodingStep> seen = new ArrayList<>();
        DecodedResponse response = new FlowDecoder(CAUSAL, RULE)
                .decode(backbone, request(16, 6), seen::add)
                .get(0);
        assertThat(seen.stream().map(DecodingStep::from)).containsExactly(0, 0, 3, 3, 11, 11);
        assertThat(seen.stream().map(s -> s.predicted().length)).containsExactly(3, 3, 8, 8, 8, 8);
        assertThat(response.tokenIds()).hasSize(16);
        assertThat(response.finalProgress()).hasSize(16);
        assertThat(backbone.windows())
                .containsExactly(
                        Window.upTo(3).keeping(),
                        Window.of(-5, 3),
                        Window.of(-5, 11).wanting(3, 11).keeping(),
                        Window.of(3, 11),
                        Window.of(3, 19).wanting(11, 19).keeping(),
                        Window.of(11, 19));
    }

    @Test
    void aBlockCausalFlowNeedsABlockLengthAndAModelMadeForIt() {
        assertThatThrownBy(() -> CAUSAL.withBlockLength(0))
                .hasMessage("blockLength must be at least 1 where laterBlocksFed is false, was 0");
        assertThatThrownBy(() -> new FlowDecoder(CAUSAL, RULE)
                        .decode(new FakeBackbone(1), request(16, 6), DecodingObserver.NONE))
                .hasMessage("laterBlocksFed must be true for a model with full attention, was false (model fake)");
    }
}
