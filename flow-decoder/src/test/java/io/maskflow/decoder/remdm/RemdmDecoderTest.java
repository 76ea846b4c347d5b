package io.maskflow.decoder.remdm;

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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemdmDecoderTest {

    private static final RemdmSettings DEFAULTS = RemdmSettings.defaults();

    @Nested
    class Cap extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new RemdmDecoder(DEFAULTS.withEta(0.3));
        }
    }

    @Nested
    class Rescale extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new RemdmDecoder(
                    DEFAULTS.withStrategy(RemaskingStrategy.RESCALE).withEta(0.5));
        }
    }

    @Nested
    class Confidence extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new RemdmDecoder(
                    DEFAULTS.withStrategy(RemaskingStrategy.CONFIDENCE).withTemperature(0));
        }
    }

    @Nested
    class Loop extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return new RemdmDecoder(
                    DEFAULTS.withStrategy(RemaskingStrategy.LOOP).withEta(0.1));
        }
    }

    private static RemaskingSchedule schedule(RemaskingStrategy strategy, double eta, int steps) {
        return new RemaskingSchedule(DEFAULTS.withStrategy(strategy).withEta(eta), steps);
    }

    @Test
    void probabilitiesOfTheCapByHand() {
        // T = 4, second step: alpha_t = 1/4, alpha_s = 1/2, sigma_max = min(1, (1/2) / (1/4)) = 1, sigma = 0.2;
        // a masked position stays with (1 - 1/2 - 0.2 / 4) / (3/4) = 0.6
        RemaskingSchedule cap = schedule(RemaskingStrategy.CAP, 0.2, 4);
        assertThat(cap.sigma(1, 0)).isEqualTo(0.2);
        assertThat(cap.stays(1, 0.2)).isCloseTo(0.6, offset(1e-12));
        // third step: alpha_t = 1/2, alpha_s = 3/4, sigma_max = (1/4) / (1/2) = 1/2
        assertThat(cap.sigmaMax(2)).isCloseTo(0.5, offset(1e-12));
        assertThat(schedule(RemaskingStrategy.CAP, 0.9, 4).sigma(2, 0)).isCloseTo(0.5, offset(1e-12));
        assertThat(schedule(RemaskingStrategy.RESCALE, 0.9, 4).sigma(2, 0)).isCloseTo(0.45, offset(1e-12));
    }

    @Test
    void sharesOfTheConfidenceStrategyByHand() {
        // psi = 0.9 and 0.2 are filled: exp(-0.9) = 0.40657, exp(-0.2) = 0.81873, sum 1.22530
        double[] share = RemaskingSchedule.shares(new double[] {0.9, 0.5, 0.2}, new boolean[] {false, true, false});
        assertThat(share[0]).isCloseTo(0.33181, offset(1e-5));
        assertThat(share[1]).isZero();
        assertThat(share[2]).isCloseTo(0.66819, offset(1e-5));
        assertThat(RemaskingSchedule.shares(new double[] {1, 1}, new boolean[] {true, true}))
                .containsExactly(0, 0);
    }

    @Test
    void theLoopRaisesTheShareHoldsItAndRaisesItAgain() {
        RemaskingSchedule loop = schedule(RemaskingStrategy.LOOP, 0.02, 100);
        // before t = 0.55: 0.9 (1 - t) / 0.45; after t = 0.05: 1 - 0.1 t / 0.05
        assertThat(loop.alpha(0.775)).isCloseTo(0.45, offset(1e-12));
        assertThat(loop.alpha(0.55)).isCloseTo(0.9, offset(1e-12));
        assertThat(loop.alpha(0.3)).isEqualTo(0.9);
        assertThat(loop.alpha(0.05)).isCloseTo(0.9, offset(1e-12));
        assertThat(loop.alpha(0.025)).isCloseTo(0.95, offset(1e-12));
        assertThat(loop.alpha(0)).isEqualTo(1);
        assertThat(loop.sigma(20, 0)).isZero(); // t = 0.8
        assertThat(loop.sigma(60, 0)).isEqualTo(0.02); // t = 0.4
        // alpha stands still: a masked one stays with (1 - 0.9 - 0.02 * 0.9) / 0.1 = 0.82
        assertThat(loop.stays(60, 0.02)).isCloseTo(0.82, offset(1e-12));
        assertThat(loop.sigma(96, 0)).isZero(); // t = 0.04
    }

    @ParameterizedTest
    @EnumSource(RemaskingStrategy.class)
    void theExpectedShareOfFilledPositionsFollowsAlpha(RemaskingStrategy strategy) {
        Random random = new Random(4);
        for (int trial = 0; trial < 200; trial++) {
            RemaskingSchedule schedule = schedule(strategy, random.nextDouble(), 1 + random.nextInt(40));
            double filled = 0;
            for (int l = 0; l < schedule.steps(); l++) {
                double sigma = schedule.sigma(l, 0.5);
                assertThat(sigma).isBetween(0.0, schedule.sigmaMax(l));
                assertThat(schedule.stays(l, sigma)).isBetween(0.0, 1.0);
                filled = filled * (1 - sigma) + (1 - filled) * (1 - schedule.stays(l, sigma));
                assertThat(filled).isCloseTo(schedule.alpha(schedule.time(l + 1)), offset(1e-9));
            }
            assertThat(filled).isCloseTo(1, offset(1e-9));
        }
    }

    private static List<DecodingStep> steps(RemdmSettings settings, RemdmDecoder.Draws draws, int steps) {
        List<DecodingStep> seen = new ArrayList<>();
        new RemdmDecoder(settings, draws).decode(new FakeBackbone(9), DecoderContractTest.oneRow(12, steps), seen::add);
        return seen;
    }

    @Test
    void positionsFollowTheGivenDraws() {
        PositionDraws tokens = PositionDraws.keyed("token");
        PositionDraws even = (key, step, position) -> position / 12.0;
        List<DecodingStep> seen = steps(DEFAULTS.withEta(0.2), new RemdmDecoder.Draws(even, tokens), 4);
        // step 0: stays = 3/4, so 9, 10, 11 are filled. Step 1: stays = 0.6: 8 too (8/12 > 0.6); remasked are draws
        // below
        // 0.2, of which none is filled. Step 2: alpha 1/2 -> 3/4: stays = (1/4 - 0.2 / 2) / (1/2) = 0.3: 4 to 7. Step
        // 3: all
        for (int i = 0; i < 12; i++) {
            assertThat(seen.get(0).filled()[i]).isEqualTo(i >= 9);
            assertThat(seen.get(1).filled()[i]).isEqualTo(i == 8);
            assertThat(seen.get(2).filled()[i]).isEqualTo(i >= 4 && i < 8);
            assertThat(seen.get(3).filled()[i]).isEqualTo(i < 4);
        }
    }

    @Test
    void filledPositionsAreMaskedAgainWhereTheDrawIsBelowSigma() {
        // the draw is high in even steps and low in odd ones: everything is filled, then everything masked again
        PositionDraws draws = (key, step, position) -> step % 2 == 0 ? 0.999 : 0.0;
        List<DecodingStep> seen =
                steps(DEFAULTS.withEta(0.2), new RemdmDecoder.Draws(draws, PositionDraws.keyed("token")), 5);
        for (int i = 0; i < 12; i++) {
            assertThat(seen.get(0).filled()[i]).isTrue();
            assertThat(seen.get(1).reEdited()[i]).isTrue();
            assertThat(seen.get(2).active()[i]).isTrue();
            assertThat(seen.get(2).filled()[i]).isTrue();
            assertThat(seen.get(4).filled()[i]).isTrue();
        }
    }

    @Test
    void withoutRemaskingItIsPlainMaskedDiffusion() {
        for (DecodingStep s : steps(DEFAULTS.withEta(0), RemdmDecoder.Draws.KEYED, 9)) {
            assertThat(s.reEdited()).containsOnly(false);
        }
    }

    @Test
    void tokensOfOnePositionAreDrawnByTheirProbability() {
        // one position, one step, 4,000 responses at temperature 1 without top-p: the share of each token is close to
        // the
        // probability that the model gave it; four standard deviations are at most 0.032
        int n = 4000;
        RemdmSettings settings = new RemdmSettings(RemaskingStrategy.CAP, 0, 0.55, 0.05, 0.9, 1, 1);
        double[] p = new double[FakeBackbone.VOCABULARY];
        int[] count = new int[FakeBackbone.VOCABULARY];
        List<DecodedResponse> responses = new RemdmDecoder(settings)
                .decode(
                        new FakeBackbone(5),
                        DecoderContractTest.copies(n, 1, 1),
                        s -> p[s.predicted()[0]] = s.confidence()[0]);
        responses.forEach(r -> count[r.tokenIds()[0]]++);
        for (int v = 0; v < p.length; v++) {
            assertThat(count[v] / (double) n).isCloseTo(p[v], offset(0.032));
        }
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> DEFAULTS.withEta(1.5)).hasMessage("eta must lie in [0, 1], was 1.5");
        assertThatThrownBy(() -> new RemdmSettings(RemaskingStrategy.LOOP, 0, 0.1, 0.5, 0.9, 1, 1))
                .hasMessage("tOff and tOn must lie in (0, 1) with tOff below tOn, were 0.5 and 0.1");
        assertThatThrownBy(() -> new RemdmSettings(RemaskingStrategy.LOOP, 0, 0.5, 0.1, 1, 1, 1))
                .hasMessage("alphaOn must lie in (0, 1), was 1.0");
    }

    @Test
    void everyStepMakesAModelCall() {
        FakeBackbone backbone = new FakeBackbone(9);
        new RemdmDecoder(DEFAULTS).decode(backbone, DecoderContractTest.oneRow(12, 30), DecodingObserver.NONE);
        assertThat(backbone.calls()).isEqualTo(30);
    }
}
