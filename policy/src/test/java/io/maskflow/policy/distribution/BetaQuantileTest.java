package io.maskflow.policy.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.random.RandomStreams;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;

class BetaQuantileTest {

    /** Commons Math's distribution function is the reference: it must give {@code u} back. */
    @Test
    void theDistributionFunctionOfTheQuantileIsTheProbability() {
        RandomGenerator random = RandomStreams.of(1, "quantile", 0, 0, 0, 0);
        for (int i = 0; i < 3000; i++) {
            double alpha = Math.pow(10, -2 + 5 * random.nextDouble()); // .01 .. 1,000
            double beta = Math.pow(10, -2 + 5 * random.nextDouble());
            double u = random.nextDouble();
            double x = BetaQuantile.of(u, alpha, beta);
            BetaDistribution reference = new BetaDistribution(null, alpha, beta);
            // Steep distributions next to an end: u changes much within the accuracy of x.
            double below = reference.cumulativeProbability(Math.max(0, x - 1e-9));
            double above = reference.cumulativeProbability(Math.min(1, x + 1e-9));
            assertThat(u).as("u %s, alpha %s, beta %s, x %s", u, alpha, beta, x).isBetween(below - 1e-9, above + 1e-9);
        }
    }

    /** I_x(1, 1) = x, I_x(2, 1) = x^2, I_x(1, 2) = 1 - (1 - x)^2. */
    @Test
    void closedForms() {
        assertThat(BetaQuantile.of(0.3, 1, 1)).isCloseTo(0.3, within(1e-9));
        assertThat(BetaQuantile.of(0.49, 2, 1)).isCloseTo(0.7, within(1e-9));
        assertThat(BetaQuantile.of(0.51, 1, 2)).isCloseTo(0.3, within(1e-9));
        assertThat(BetaQuantile.of(0, 3, 4)).isZero();
        assertThat(BetaQuantile.of(1, 3, 4)).isEqualTo(1);
    }
}
