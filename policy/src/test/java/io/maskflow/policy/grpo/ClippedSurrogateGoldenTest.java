package io.maskflow.policy.grpo;

import static io.maskflow.policy.Golden.assertRelative;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.policy.Golden;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.kernel.DenseKernel;
import org.junit.jupiter.api.Test;

class ClippedSurrogateGoldenTest {

    private static final JsonNode SURROGATE = Golden.json("grpo.json").get("surrogate");

    @Test
    void lossesAndGradientsOfAllCases() {
        for (JsonNode golden : SURROGATE.get("cases")) {
            for (LossAverage average : LossAverage.values()) {
                check(golden, average);
            }
        }
    }

    private static void check(JsonNode golden, LossAverage average) {
        double[] y = Golden.flat(SURROGATE.get("y"));
        double[] mask = Golden.flat(SURROGATE.get("mask"));
        double[] old = Golden.flat(SURROGATE.get("log_prob_old"));
        double[] advantage = Golden.flat(SURROGATE.get("advantage"));
        double[] muNew = Golden.flat(SURROGATE.get("mu_new"));
        double[] kappaNew = Golden.flat(SURROGATE.get("kappa_new"));
        double[] muOld = Golden.flat(SURROGATE.get("mu_old"));
        double[] kappaOld = Golden.flat(SURROGATE.get("kappa_old"));
        int trajectories = SURROGATE.get("y").size();
        int perTrajectory = y.length / trajectories;
        int positions = advantage.length / trajectories;
        double eps = golden.get("clip_eps").asDouble();
        double kl = golden.get("kl_beta").asDouble();
        ClippedSurrogate surrogate = new ClippedSurrogate(eps, eps, kl, KlEstimator.ANALYTIC, 0);
        String name = average.name().toLowerCase();
        double[] goldenMu = Golden.flat(golden.get("grad_" + name + "_mu"));
        double[] goldenKappa = Golden.flat(golden.get("grad_" + name + "_kappa"));
        double loss = 0;
        double clipped = 0;
        double totalWeight = average == LossAverage.TRAJECTORY_MEAN
                ? trajectories
                : java.util.Arrays.stream(mask).sum();
        for (int j = 0; j < trajectories; j++) {
            int unmasked = 0;
            for (int i = 0; i < perTrajectory; i++) {
                unmasked += (int) mask[j * perTrajectory + i];
            }
            double each = average == LossAverage.TRAJECTORY_MEAN ? 1.0 / unmasked : 1;
            for (int i = 0; i < perTrajectory; i++) {
                int d = j * perTrajectory + i;
                if (mask[d] == 0) {
                    assertThat(goldenMu[d]).isZero();
                    continue;
                }
                ClippedSurrogate.Term term = surrogate.term(
                        new StepDistribution(muNew[d], kappaNew[d]),
                        y[d],
                        old[d],
                        advantage[j * positions + i % positions],
                        new StepDistribution(muOld[d], kappaOld[d]));
                double weight = each / totalWeight;
                loss += weight * term.loss();
                clipped += term.clipped() ? 1 : 0;
                assertRelative("d/dmu " + d, weight * term.slope().mu(), goldenMu[d], 1e-9, 1e-4);
                assertRelative("d/dkappa " + d, weight * term.slope().kappa(), goldenKappa[d], 1e-9, 1e-4);
            }
        }
        assertRelative("loss", loss, golden.get("loss_" + name).asDouble());
        assertRelative(
                "clip fraction",
                clipped / java.util.Arrays.stream(mask).sum(),
                golden.get("clip_fraction").asDouble());
    }

    /** {@code A = 2, r = 1.5, clip .2}: the loss is {@code -1.2 * 2} and has no slope; with {@code A = -2} it is 3. */
    @Test
    void onlyTheSideThatWouldGainTooMuchIsClipped() {
        assertThat(lossAtRatio(1.5, 2)).isCloseTo(-2.4, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(lossAtRatio(1.5, -2)).isCloseTo(3, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(lossAtRatio(0.5, 2)).isCloseTo(-1, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(lossAtRatio(0.5, -2)).isCloseTo(1.6, org.assertj.core.data.Offset.offset(1e-12));
    }

    private static double lossAtRatio(double ratio, double advantage) {
        double logP = new StepDistribution(.3, 5).logDensity(.4);
        DecisionBatch one = DecisionBatch.of(
                1,
                new float[1],
                new double[] {.4},
                new double[] {advantage},
                new double[] {logP - Math.log(ratio)},
                new int[] {0, 1});
        double[] dMu = new double[1];
        double[] whole = {1};
        BetaTerms terms = new BetaTerms(DenseKernel.fastest());
        SurrogateSums sums = new SurrogateSums();
        new ClippedSurrogate(.2, .2, 0, KlEstimator.K3, 0)
                .evaluate(
                        one,
                        java.util.Optional.empty(),
                        0,
                        1,
                        new double[] {.3},
                        new double[] {5},
                        whole,
                        dMu,
                        new double[1],
                        terms,
                        sums);
        boolean clipped = (ratio > 1) == (advantage > 0);
        assertThat(dMu[0] == 0).isEqualTo(clipped);
        assertThat(sums.clippedHigh + sums.clippedLow).isEqualTo(clipped ? 1 : 0);
        return sums.loss;
    }
}
