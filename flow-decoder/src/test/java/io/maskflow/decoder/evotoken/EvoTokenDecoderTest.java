package io.maskflow.decoder.evotoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.masking.Remasking;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvoTokenDecoderTest extends DecoderContractTest {

    @Override
    protected Decoder decoder() {
        return new EvoTokenDecoder(EvoTokenSettings.defaults());
    }

    @Test
    void theFourStagesMixMaskAndTokens() {
        int[] ids = {5, 7};
        double[] p = {0.6, 0.2}; // renormalised: 3/4, 1/4
        assertThat(SoftToken.of(TokenStage.MASK, 0.7, ids, p, 9).maskShare()).isEqualTo(1f);
        SoftToken early = SoftToken.of(TokenStage.SOFT_WITH_MASK, 0.7, ids, p, 9);
        assertThat(early.maskShare()).isEqualTo(0.7f);
        assertThat(early.shares()).containsExactly(new float[] {0.225f, 0.075f}, within(1e-6f));
        assertThat(SoftToken.of(TokenStage.SOFT, 0.7, ids, p, 9).shares())
                .containsExactly(new float[] {0.75f, 0.25f}, within(1e-6f));
        assertThat(SoftToken.of(TokenStage.DECODED, 0.7, ids, p, 9).tokens()).containsExactly(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 22})
    void everyStateIsAConvexMixtureOfEmbeddings(int k) {
        FakeBackbone backbone = new FakeBackbone(4);
        new EvoTokenDecoder(new EvoTokenSettings(k, 0.6, 4, 0, Remasking.LOW_CONFIDENCE))
                .decode(backbone, request(8, 12, 6), DecodingObserver.NONE);
        assertThat(backbone.lowestShare()).isGreaterThanOrEqualTo(0f);
        assertThat(backbone.largestShareError()).isCloseTo(0, within(1e-6));
    }

    /** Several seeds, so that exchanges do happen: a later prediction wins only if it is more confident. */
    @Test
    void aChosenTokenIsExchangedOnlyForAMoreConfidentOne() {
        int exchanges = 0;
        for (int seed = 0; seed < 20; seed++) {
            float[] best = new float[12];
            List<DecodingStep> seen = new ArrayList<>();
            new EvoTokenDecoder(EvoTokenSettings.defaults())
                    .decode(new FakeBackbone(seed, 4, 0), request(1, 12, 12), seen::add);
            for (DecodingStep step : seen) {
                for (int i = 0; i < 12; i++) {
                    if (step.filled()[i]) {
                        exchanges += best[i] > 0 ? 1 : 0;
                        assertThat(step.confidence()[i]).isGreaterThan(best[i]);
                    }
                    best[i] = best[i] > 0 || step.filled()[i] ? Math.max(best[i], step.confidence()[i]) : 0;
                }
            }
        }
        assertThat(exchanges).isPositive();
    }

    @Test
    void aThresholdFillsSurePositionsAtOnceAndTheLastStepTheRest() {
        List<DecodingStep> seen = new ArrayList<>();
        new EvoTokenDecoder(new EvoTokenSettings(3, 0.7, 0, 0.3, Remasking.LOW_CONFIDENCE))
                .decode(new FakeBackbone(2), request(1, 12, 5), seen::add);
        DecodingStep first = seen.get(0);
        for (int i = 0; i < 12; i++) {
            assertThat(first.filled()[i] || first.confidence()[i] < 0.3f).isTrue();
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void settingsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new EvoTokenSettings(0, 0.7, 0, 0, Remasking.LOW_CONFIDENCE))
                .hasMessageContaining("k must be at least 1");
        assertThatThrownBy(() -> new EvoTokenSettings(3, 1.1, 0, 0, Remasking.LOW_CONFIDENCE))
                .hasMessage("alpha must lie in [0, 1], was 1.1");
        assertThatThrownBy(() -> new EvoTokenSettings(3, 0.5, 0, 0, Remasking.RANDOM))
                .hasMessageContaining("low_confidence, entropy, margin");
    }
}
