package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.SampleKey;
import io.maskflow.policy.distribution.StepDistribution;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class ExplorationTest {

    private static final StepDistribution WIDE = new StepDistribution(0.3, 5);
    private static final StepDistribution NARROW = new StepDistribution(0.8, 60);

    private static final float[] STATES = {0.9f, 0.1f, 0.9f, 0.12f, 0.1f, 0.9f}; // three states of two features

    private static double[] draws(Exploration exploration, StepDistribution beta, int position, int samples) {
        return draws(exploration, beta, position, samples, 0);
    }

    private static double[] draws(
            Exploration exploration, StepDistribution beta, int position, int samples, int state) {
        double[] drawn = new double[samples];
        for (int sample = 0; sample < samples; sample++) {
            SampleKey key = new SampleKey(5, 0, 0, sample);
            drawn[sample] = exploration.of(LatentStreams.KEYED, key, 2).latent(3, position, beta, STATES, state);
        }
        return drawn;
    }

    /** False alarm: the Kolmogorov-Smirnov test refuses a right generator once in a thousand seeds; this seed is fixed. */
    @Test
    void everyLatentKeepsItsBetaDistributionWhateverItShares() {
        for (double shared : new double[] {0, 0.5, 0.9}) {
            for (StepDistribution beta : new StepDistribution[] {WIDE, NARROW}) {
                double[] drawn = draws(new Exploration(2, shared, shared == 0.5 ? 2 : 0), beta, 7, 2000);
                double p = new KolmogorovSmirnovTest()
                        .kolmogorovSmirnovTest(new BetaDistribution(null, beta.alpha(), beta.beta()), drawn);
                assertThat(p).as("shared %s, %s", shared, beta).isGreaterThan(0.001);
            }
        }
    }

    /** Of 2,000 pairs the correlation has a standard error of .022 where there is none. */
    @Test
    void latentsOfOneTrajectoryGoTogetherAsMuchAsAsked() {
        assertThat(correlation(0)).isBetween(-0.1, 0.1);
        assertThat(correlation(0.5)).isBetween(0.4, 0.6);
        assertThat(correlation(0.9)).isBetween(0.85, 0.95);
    }

    private static double correlation(double shared) {
        Exploration exploration = new Exploration(2, shared, 0);
        return new PearsonsCorrelation()
                .correlation(draws(exploration, NARROW, 1, 2000), draws(exploration, NARROW, 2, 2000));
    }

    /** The shared part of two states has the correlation {@code exp(-v^2 d^2 / 2)}; the standard error is .022. */
    @Test
    void likeStatesMoveTogetherAndUnlikeOnesDoNot() {
        Exploration exploration = new Exploration(2, 0.99, 2);
        PearsonsCorrelation correlation = new PearsonsCorrelation();
        double[] first = draws(exploration, NARROW, 1, 2000, 0);
        // d = .02, v d = .04: .999 of .99
        assertThat(correlation.correlation(first, draws(exploration, NARROW, 2, 2000, 1)))
                .isBetween(0.95, 1.0);
        // d = .8 sqrt(2), v^2 d^2 / 2 = 2.56: .08 of .99
        assertThat(correlation.correlation(first, draws(exploration, NARROW, 2, 2000, 2)))
                .isBetween(-0.02, 0.18);
    }

    @Test
    void aDrawIsAFunctionOfItsIdentity() {
        Exploration exploration = new Exploration(2, 0.5, 0);
        assertThat(draws(exploration, WIDE, 1, 20)).isEqualTo(draws(exploration, WIDE, 1, 20));
        assertThat(draws(exploration, WIDE, 1, 20)).isNotEqualTo(draws(exploration, WIDE, 2, 20));
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new Exploration(0.99, 1, 0))
                .hasMessageContaining("sharedNoise must lie in [0, 1), was 1.0");
        assertThatThrownBy(() -> new Exploration(0, 0, 0)).hasMessageContaining("confidenceThreshold must be above 0");
        assertThatThrownBy(() -> new Exploration(1, 0, -1))
                .hasMessageContaining("variation must lie in [0, 1000], was -1.0");
    }
}
