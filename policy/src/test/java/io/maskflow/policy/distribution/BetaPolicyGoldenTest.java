package io.maskflow.policy.distribution;

import static io.maskflow.policy.Golden.assertRelative;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.policy.Golden;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;

class BetaPolicyGoldenTest {

    private static final JsonNode GOLDEN = Golden.json("beta_policy.json");

    @Test
    void densitiesEntropiesAndTheirDerivatives() {
        for (JsonNode row : GOLDEN.get("rows")) {
            StepDistribution beta = new StepDistribution(
                    row.get("mu").asDouble(), row.get("kappa").asDouble());
            double y = row.get("y").asDouble();
            assertRelative(
                    "log density", beta.logDensity(y), row.get("log_pdf_y").asDouble());
            assertRelative(
                    "d/dmu",
                    beta.logDensitySlope(y).mu(),
                    row.get("dlogpdf_dmu").asDouble());
            assertRelative(
                    "d/dkappa",
                    beta.logDensitySlope(y).kappa(),
                    row.get("dlogpdf_dkappa").asDouble());
            assertRelative("entropy", beta.entropy(), row.get("entropy_y").asDouble());
            assertRelative(
                    "dH/dmu", beta.entropySlope().mu(), row.get("dentropy_dmu").asDouble());
            assertRelative(
                    "dH/dkappa",
                    beta.entropySlope().kappa(),
                    row.get("dentropy_dkappa").asDouble());
        }
    }

    @Test
    void expectedFractionsForAllRanges() {
        for (JsonNode row : GOLDEN.get("rows")) {
            StepDistribution beta = new StepDistribution(
                    row.get("mu").asDouble(), row.get("kappa").asDouble());
            row.get("expectation_of_a").fields().forEachRemaining(range -> {
                String[] ends = range.getKey().split("\\.\\.");
                LogScaleAction action = new LogScaleAction(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
                assertRelative(
                        "E[a] in " + range.getKey(),
                        action.expectation(beta),
                        range.getValue().asDouble(),
                        1e-12,
                        0);
            });
            double y = row.get("y").asDouble();
            assertRelative("a(y)", LogScaleAction.PAPER.of(y), row.get("a_of_y").asDouble(), 1e-12, 0);
            assertRelative(
                    "u(y)", LogScaleAction.PAPER.log2(y), row.get("u_of_y").asDouble(), 1e-12, 1);
            assertRelative(
                    "a(E[y])",
                    LogScaleAction.PAPER.of(beta.mu()),
                    row.get("a_if_mean_y_were_used").asDouble(),
                    1e-12,
                    0);
        }
    }

    /**
     * The golden derivatives were made with PyTorch's trigamma, which is off by up to 4.5e-10 relative (at 1.53). Where
     * the two terms of the chain rule cancel this grows to 1.8e-9; so the derivatives are compared relative to their
     * terms, and one of them with its 30-digit value below.
     */
    @Test
    void divergencesAndTheirDerivatives() {
        for (JsonNode row : GOLDEN.get("kl")) {
            StepDistribution p = new StepDistribution(
                    row.get("mu_p").asDouble(), row.get("kappa_p").asDouble());
            StepDistribution q = new StepDistribution(
                    row.get("mu_q").asDouble(), row.get("kappa_q").asDouble());
            assertRelative("KL", p.divergence(q), row.get("kl_p_q").asDouble());
            double terms = Math.abs((p.alpha() - q.alpha()) * SpecialFunctions.trigamma(p.alpha()))
                    + Math.abs((p.kappa() - q.kappa()) * SpecialFunctions.trigamma(p.kappa()));
            assertRelative(
                    "dKL/dmu", p.divergenceSlope(q).mu(), row.get("dkl_dmu_p").asDouble());
            assertRelative(
                    "dKL/dkappa",
                    p.divergenceSlope(q).kappa(),
                    row.get("dkl_dkappa_p").asDouble(),
                    1e-9,
                    terms);
        }
    }

    /** mpmath with 30 digits gives -0.555280551105447 for the fourth golden pair. */
    @Test
    void divergenceDerivativeWhereTermsCancel() {
        StepDistribution p = new StepDistribution(0.10365393766554729, 14.740648097097125);
        StepDistribution q = new StepDistribution(0.8844762877509491, 27.62942764870767);
        assertRelative("dKL/dkappa", p.divergenceSlope(q).kappa(), -0.555280551105447, 1e-13, 0);
    }

    @Test
    void densityAgreesWithCommonsMath() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 500; i++) {
            StepDistribution beta =
                    new StepDistribution(0.002 + 0.996 * random.nextDouble(), 2 + 118 * random.nextDouble());
            double y = 1e-6 + (1 - 2e-6) * random.nextDouble();
            double reference = new BetaDistribution(null, beta.alpha(), beta.beta()).logDensity(y);
            assertRelative("log density of " + beta + " at " + y, beta.logDensity(y), reference, 1e-10, 1);
        }
    }

    /**
     * 200,000 draws of four shapes: the mean of {@code a} lies within five standard errors of {@code E[a]} (false alarm
     * below 1e-5 in all), and far from {@code a(E[y])}.
     */
    @Test
    void expectationIsTheMeanOfSampledFractions() {
        double[][] shapes = {{0.3, 4}, {0.8, 40}, {0.05, 2}, {0.998, 2}};
        for (double[] shape : shapes) {
            StepDistribution beta = new StepDistribution(shape[0], shape[1]);
            SplittableRandom random = new SplittableRandom(7);
            double[] a = new double[200_000];
            for (int i = 0; i < a.length; i++) {
                a[i] = LogScaleAction.PAPER.of(BetaSampler.draw(random, beta.alpha(), beta.beta()));
            }
            double error = Math.sqrt(StatUtils.variance(a) / a.length);
            double expected = LogScaleAction.PAPER.expectation(beta);
            assertThat(Math.abs(StatUtils.mean(a) - expected)).as("%s", beta).isLessThan(5 * error);
            assertThat(expected - LogScaleAction.PAPER.of(beta.mu()))
                    .as("%s", beta)
                    .isGreaterThan(5 * error);
        }
    }

    /** Kolmogorov-Smirnov distance of 50,000 draws below 1.95 / sqrt(n): false alarm 0.001 a shape. */
    @Test
    void samplesFollowTheBetaDistribution() {
        double[][] shapes = {{0.5, 8}, {0.1, 3}, {0.9, 120}, {0.4, 2}, {0.02, 60}};
        for (double[] shape : shapes) {
            StepDistribution beta = new StepDistribution(shape[0], shape[1]);
            SplittableRandom random = new SplittableRandom(11);
            double[] y = new double[50_000];
            for (int i = 0; i < y.length; i++) {
                y[i] = BetaSampler.draw(random, beta.alpha(), beta.beta());
            }
            java.util.Arrays.sort(y);
            BetaDistribution reference = new BetaDistribution(null, beta.alpha(), beta.beta());
            double distance = 0;
            for (int i = 0; i < y.length; i++) {
                double p = reference.cumulativeProbability(y[i]);
                distance = Math.max(distance, Math.max(p - (double) i / y.length, (i + 1.0) / y.length - p));
            }
            assertThat(distance).as("%s", beta).isLessThan(1.95 / Math.sqrt(y.length));
        }
    }
}
