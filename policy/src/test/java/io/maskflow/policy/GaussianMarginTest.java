package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.policy.distribution.GaussianMargin;
import io.maskflow.policy.distribution.StepDistribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GaussianMarginTest {

    private static final double[][] SHAPES = {{2, 3}, {30, .2}, {34.9965, .0035}, {.02, 10}, {150, 150}, {299, 1}};

    /** There and back, also where {@code 1 - y} is far below what a double next to 1 can say. */
    @Test
    void aNormalLatentSurvivesTheRoundTrip() {
        for (double[] shape : SHAPES) {
            for (double u = -3; u <= 3; u += .5) {
                GaussianMargin.Latent y = GaussianMargin.latent(u, shape[0], shape[1]);
                GaussianMargin.Normal back = GaussianMargin.normal(y.logLatent(), y.logRest(), shape[0], shape[1]);
                assertThat(back.u()).as("%s, %s at %s", shape[0], shape[1], u).isCloseTo(u, Offset.offset(1e-5));
            }
        }
        assertThat(GaussianMargin.latent(0, 34.9965, .0035).logRest()).isLessThan(-150);
    }

    @Test
    void slopesAreThoseOfTheNormalLatent() {
        for (double[] shape : SHAPES) {
            for (double u : new double[] {-1.5, -.3, .8}) {
                double a = shape[0];
                double b = shape[1];
                GaussianMargin.Latent y = GaussianMargin.latent(u, a, b);
                GaussianMargin.Normal at = GaussianMargin.normal(y.logLatent(), y.logRest(), a, b);
                double h = 1e-4;
                double numericA = (GaussianMargin.normal(y.logLatent(), y.logRest(), a * (1 + h), b)
                                        .u()
                                - GaussianMargin.normal(y.logLatent(), y.logRest(), a * (1 - h), b)
                                        .u())
                        / (2 * a * h);
                double numericB = (GaussianMargin.normal(y.logLatent(), y.logRest(), a, b * (1 + h))
                                        .u()
                                - GaussianMargin.normal(y.logLatent(), y.logRest(), a, b * (1 - h))
                                        .u())
                        / (2 * b * h);
                assertThat(at.slopeAlpha())
                        .as("%s, %s at %s", a, b, u)
                        .isCloseTo(numericA, Offset.offset(1e-3 * Math.max(1e-3, Math.abs(numericA))));
                assertThat(at.slopeBeta())
                        .as("%s, %s at %s", a, b, u)
                        .isCloseTo(numericB, Offset.offset(1e-3 * Math.max(1e-3, Math.abs(numericB))));
            }
        }
    }

    /** What the learner draws again from a trajectory's identity is what the decoder drew. */
    @Test
    void theNoiseOfATrajectoryCanBeDrawnAgain() {
        Exploration exploration = new Exploration(2, .8, 1);
        io.maskflow.decoder.SampleKey key = new io.maskflow.decoder.SampleKey(3, 1, 4, 1);
        float[] states = {.2f, .9f, .8f, .1f};
        for (double[] heads : new double[][] {{.3, 20}, {.9999, 35}}) {
            StepDistribution beta = new StepDistribution(heads[0], heads[1]);
            for (int d = 0; d < 2; d++) {
                double drawn = exploration.of(LatentStreams.KEYED, key, 2).latent(5, 7 + d, beta, states, d);
                double u = new SharedNoise(exploration, LatentStreams.KEYED, key, 2).gaussian(5, 7 + d, states, d);
                GaussianMargin.Latent again = GaussianMargin.latent(u, beta.alpha(), beta.beta());
                assertThat(Math.exp(again.logLatent())).isCloseTo(drawn, Offset.offset(1e-9));
            }
        }
    }
}
