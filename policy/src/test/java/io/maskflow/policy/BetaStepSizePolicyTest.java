package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.StepSizePolicy.Fractions;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.LogScaleAction;
import io.maskflow.policy.distribution.StepDistribution;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BetaStepSizePolicyTest {

    private static final PolicyNetwork POLICY = PolicyNetwork.initial(PolicyShape.WIDE, 5);

    /** A row of random distributions; every third position is committed. */
    static RowState row(int length, int from, long sample) {
        SplittableRandom random = new SplittableRandom(length);
        float[] top = new float[4 * length];
        float[] confidence = new float[length];
        float[] progress = new float[length];
        boolean[] active = new boolean[length];
        for (int i = 0; i < length; i++) {
            double left = 1;
            for (int k = 0; k < 4; k++) {
                top[4 * i + k] = (float) (left * (0.3 + 0.6 * random.nextDouble()));
                left -= top[4 * i + k];
            }
            Arrays.sort(top, 4 * i, 4 * i + 4);
            for (int k = 0; k < 2; k++) {
                float swap = top[4 * i + k];
                top[4 * i + k] = top[4 * i + 3 - k];
                top[4 * i + 3 - k] = swap;
            }
            confidence[i] = top[4 * i];
            progress[i] = (float) random.nextDouble();
            active[i] = i % 3 != 2;
        }
        return new RowState(new SampleKey(1, 2, 3, sample), 4, 12, from, top, confidence, progress, active);
    }

    @Test
    void bulkFractionsEqualOneByOne() {
        RowState row = row(150, 0, 0);
        Fractions chosen = BetaStepSizePolicy.expected(POLICY).choose(row);
        assertThat(chosen.features()).hasSize(150 * 8);
        for (int i = 0; i < 150; i++) {
            if (row.active()[i]) {
                double[] state = new double[8];
                for (int f = 0; f < 8; f++) {
                    state[f] = chosen.features()[8 * i + f];
                }
                StepDistribution beta = POLICY.distribution(state);
                assertThat(chosen.a()[i]).isEqualTo((float) LogScaleAction.PAPER.expectation(beta));
            }
        }
    }

    @Test
    void aSampledDecisionCanBeRecomputedFromItsRecord() {
        RowState row = row(48, 0, 0);
        Fractions chosen =
                BetaStepSizePolicy.sampled(POLICY, LatentStreams.KEYED).choose(row);
        double[] mu = new double[48];
        double[] kappa = new double[48];
        POLICY.heads(chosen.features(), 48, mu, kappa);
        for (int i = 0; i < 48; i++) {
            if (row.active()[i]) {
                StepDistribution beta = new StepDistribution(mu[i], kappa[i]);
                assertThat(chosen.latent()[i]).isBetween(CutLatent.BOTTOM, CutLatent.TOP);
                assertThat(chosen.logProbability()[i])
                        .isEqualTo((float) CutLatent.of(beta).logProbability(chosen.latent()[i]));
                assertThat(chosen.a()[i]).isEqualTo((float) LogScaleAction.PAPER.of(chosen.latent()[i]));
            }
        }
    }

    @Test
    void drawsDependOnIdentityNotOnTheWindow() {
        BetaStepSizePolicy sampled = BetaStepSizePolicy.sampled(POLICY, LatentStreams.KEYED);
        float[] once = sampled.choose(row(48, 0, 0)).latent();
        assertThat(sampled.choose(row(48, 0, 0)).latent()).containsExactly(once);
        assertThat(sampled.choose(row(48, 0, 1)).latent()[0]).isNotEqualTo(once[0]);
        assertThat(sampled.choose(row(48, 16, 0)).latent()[0]).isNotEqualTo(once[0]);
    }

    @Test
    void sureTokensTakeTheirExpectedFractionAndAreNoDecisions() {
        RowState row = row(48, 0, 0);
        Fractions expected = BetaStepSizePolicy.expected(POLICY).choose(row);
        Fractions all = BetaStepSizePolicy.sampled(POLICY, LatentStreams.KEYED).choose(row);
        Fractions some = BetaStepSizePolicy.sampled(POLICY, LatentStreams.KEYED, new Exploration(0.6, 0, 0))
                .choose(row);
        int sure = 0;
        for (int i = 0; i < 48; i++) {
            if (row.active()[i]) {
                boolean isSure = row.confidence()[i] >= 0.6;
                sure += isSure ? 1 : 0;
                assertThat(some.a()[i]).isEqualTo(isSure ? expected.a()[i] : all.a()[i]);
                assertThat(Float.isNaN(some.latent()[i])).isEqualTo(isSure);
            }
        }
        assertThat(sure).isBetween(1, 31);
    }

    /** Two open positions of three, step 4 of 12 (8 left), probabilities .9 and .5. */
    @Test
    void addedFeaturesAreWhatTheySay() {
        PolicyState state = PolicyState.named(
                List.of("remaining", "steps_left", "budget", "load", "open", "row_confidence", "rank"));
        RowState row = new RowState(
                new SampleKey(0, 0, 0, 0),
                4,
                12,
                0,
                new float[] {.5f, .25f, .125f, .0625f, .9f, .05f, 0, 0, 1, 0, 0, 0},
                new float[] {.5f, .9f, 1},
                new float[] {0, .5f, 1},
                new boolean[] {true, true, false});
        double log2 = Math.log(2);
        float[] first = Arrays.copyOf(state.of(row), 7);
        float[] expected = {1f / 8, 3f / 8, (float) (-2.0 / 4), (float) (Math.log(1.25) / log2 / 4), 2f / 3, .7f, .5f};
        for (int f = 0; f < 7; f++) {
            assertThat(first[f])
                    .as(state.labels().get(f))
                    .isCloseTo(expected[f], org.assertj.core.data.Offset.offset(1e-7f));
        }
    }

    @Test
    void entropyOfFourIsNormalised() {
        assertThat(PolicyState.topEntropy(.25, .25, .25, .25)).isEqualTo(1);
        assertThat(PolicyState.topEntropy(1, 0, 0, 0)).isZero();
        assertThat(PolicyState.topEntropy(.5, .5, 0, 0)).isCloseTo(.5, org.assertj.core.data.Offset.offset(1e-15));
    }
}
