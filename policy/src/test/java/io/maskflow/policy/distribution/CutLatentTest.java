package io.maskflow.policy.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.math3.special.Beta;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CutLatentTest {

    /** Means and concentrations of a policy: ordinary, nearly sure of a whole step, nearly sure of none. */
    private static final double[][] HEADS = {{.4, 12}, {.99, 60}, {.9999, 35}, {.9995, 300}, {.002, 10}};

    private static CutLatent law(double alpha, double beta) {
        return new CutLatent(
                alpha,
                beta,
                SpecialFunctions.logGamma(alpha)
                        + SpecialFunctions.logGamma(beta)
                        - SpecialFunctions.logGamma(alpha + beta));
    }

    private static CutLatent law(double[] heads) {
        return law(heads[0] * heads[1], (1 - heads[0]) * heads[1]);
    }

    /** Commons Math has the incomplete Beta function as a continued fraction. */
    @Test
    void anAtomHoldsWhatWasCutOff() {
        for (double[] heads : HEADS) {
            CutLatent law = law(heads);
            double top = Beta.regularizedBeta(1 - (double) CutLatent.TOP, law.beta(), law.alpha(), 1e-15, 10_000);
            double bottom = Beta.regularizedBeta((double) CutLatent.BOTTOM, law.alpha(), law.beta(), 1e-15, 10_000);
            assertThat(Math.exp(law.logMass(true))).isCloseTo(top, Percentage.withPercentage(1e-7));
            assertThat(Math.exp(law.logMass(false))).isCloseTo(bottom, Percentage.withPercentage(1e-7));
        }
    }

    @Test
    void slopesAreThoseOfTheMass() {
        for (double[] heads : HEADS) {
            double a = heads[0] * heads[1];
            double b = (1 - heads[0]) * heads[1];
            double psiK = SpecialFunctions.digamma(a + b);
            for (boolean upper : new boolean[] {true, false}) {
                CutLatent.ShapeSlope slope =
                        law(a, b).logMassSlope(upper, SpecialFunctions.digamma(a), SpecialFunctions.digamma(b), psiK);
                double h = 1e-5;
                double numericA = (law(a * (1 + h), b).logMass(upper)
                                - law(a * (1 - h), b).logMass(upper))
                        / (2 * a * h);
                double numericB = (law(a, b * (1 + h)).logMass(upper)
                                - law(a, b * (1 - h)).logMass(upper))
                        / (2 * b * h);
                assertThat(slope.alpha()).isCloseTo(numericA, Offset.offset(1e-5 * Math.max(1, Math.abs(numericA))));
                assertThat(slope.beta()).isCloseTo(numericB, Offset.offset(1e-5 * Math.max(1, Math.abs(numericB))));
            }
        }
    }

    /** Simpson's rule in {@code logit y} between the cuts, and the atoms. */
    @Test
    void entropyIsThatOfTheLawThatIsActedOn() {
        for (double[] heads : HEADS) {
            CutLatent law = law(heads);
            double from = Math.log(CutLatent.BOTTOM);
            double to = -Math.log(1 - (double) CutLatent.TOP);
            int n = 200_000;
            double sum = 0;
            for (int i = 0; i <= n; i++) {
                double z = from + (to - from) * i / n;
                double logY = -Math.log1p(Math.exp(-z));
                double logRest = -Math.log1p(Math.exp(z));
                double logF = (law.alpha() - 1) * logY + (law.beta() - 1) * logRest - law.logBeta();
                double value = -Math.exp(logF + logY + logRest) * logF;
                sum += value * (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2);
            }
            double expected = sum * (to - from) / n / 3;
            for (boolean upper : new boolean[] {true, false}) {
                expected -= Math.exp(law.logMass(upper)) * law.logMass(upper);
            }
            assertThat(law.entropy())
                    .as("mu %s, kappa %s", heads[0], heads[1])
                    .isCloseTo(expected, Offset.offset(2e-3));
        }
        assertThat(law(.9999 * 35, .0001 * 35).entropy()).isBetween(-4.0, 1.0);
        assertThat(new StepDistribution(.9999, 35).entropy()).isLessThan(-200); // what a differential entropy says
    }

    @Test
    void slopesOfTheEntropyAreThoseOfTheEntropy() {
        for (double[] heads : HEADS) {
            double mu = heads[0];
            double kappa = heads[1];
            StepDistribution.Slope slope = law(heads).entropySlope();
            double h = 1e-5 * Math.min(mu, 1 - mu);
            double g = 1e-5 * kappa;
            double numericMu = (law(new double[] {mu + h, kappa}).entropy()
                            - law(new double[] {mu - h, kappa}).entropy())
                    / (2 * h);
            double numericKappa = (law(new double[] {mu, kappa + g}).entropy()
                            - law(new double[] {mu, kappa - g}).entropy())
                    / (2 * g);
            assertThat(slope.mu()).isCloseTo(numericMu, Offset.offset(1e-3 * Math.max(1, Math.abs(numericMu))));
            assertThat(slope.kappa())
                    .isCloseTo(numericKappa, Offset.offset(1e-3 * Math.max(1, Math.abs(numericKappa))));
        }
    }

    @Test
    void onlyWhatWasCutIsAnAtom() {
        assertThat(CutLatent.cut(1)).isEqualTo(CutLatent.TOP);
        assertThat(CutLatent.cut(CutLatent.TOP - 1e-8)).isLessThan(CutLatent.TOP); // rounds to it as a float32
        assertThat(CutLatent.cut(0)).isEqualTo(CutLatent.BOTTOM);
        assertThat(CutLatent.cut(.25)).isEqualTo(.25f);
        assertThat(CutLatent.atom(.25)).isFalse();
    }
}
