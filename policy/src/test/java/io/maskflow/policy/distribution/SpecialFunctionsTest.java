package io.maskflow.policy.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.policy.Golden;
import java.util.SplittableRandom;
import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;

class SpecialFunctionsTest {

    /** Log-uniform over [1e-4, 1e6], where all shapes of all policies lie, and the whole numbers up to 40. */
    private static double[] arguments() {
        SplittableRandom random = new SplittableRandom(1);
        double[] x = new double[4040];
        for (int i = 0; i < 4000; i++) {
            x[i] = Math.pow(10, -4 + 10 * random.nextDouble());
        }
        for (int i = 0; i < 40; i++) {
            x[4000 + i] = i + 1;
        }
        return x;
    }

    @Test
    void logGammaAgreesWithCommonsMath() {
        for (double x : arguments()) {
            Golden.assertRelative("lnGamma(" + x + ")", SpecialFunctions.logGamma(x), Gamma.logGamma(x), 1e-12, 1);
        }
    }

    /**
     * Commons Math 3.6.1 has a wrong sign in the third term of its digamma series, an error of {@code 1 / (60 x^4)} from
     * x = 49 on (3e-9 there). So its value is taken above 3,000, where that is below 2.1e-16, and brought down by {@code
     * psi(x) = psi(x + n) - sum 1 / (x + i)}.
     */
    @Test
    void digammaAgreesWithCommonsMath() {
        for (double x : arguments()) {
            int n = (int) Math.max(0, Math.ceil(3000 - x));
            double sum = 0;
            for (int i = n - 1; i >= 0; i--) {
                sum += 1 / (x + i);
            }
            Golden.assertRelative("psi(" + x + ")", SpecialFunctions.digamma(x), Gamma.digamma(x + n) - sum, 1e-12, 1);
        }
    }

    @Test
    void trigammaAgreesWithCommonsMath() {
        for (double x : arguments()) {
            // Commons Math ends its series after the term B6 at x = 49, which leaves about 1e-12 of relative error
            Golden.assertRelative("psi'(" + x + ")", SpecialFunctions.trigamma(x), Gamma.trigamma(x), 5e-12, 1e-9);
        }
    }

    @Test
    void handKnownValues() {
        assertThat(SpecialFunctions.logGamma(0.5)).isCloseTo(Math.log(Math.PI) / 2, within(1e-14));
        assertThat(SpecialFunctions.digamma(1)).isCloseTo(-0.5772156649015329, within(1e-15));
        assertThat(SpecialFunctions.trigamma(1)).isCloseTo(Math.PI * Math.PI / 6, within(1e-14));
        // 1F1(a; a; x) = e^x and 1F1(1; 2; x) = (e^x - 1) / x
        assertThat(SpecialFunctions.kummer(3, 3, 2)).isCloseTo(Math.exp(2), within(1e-14));
        assertThat(SpecialFunctions.kummer(1, 2, 5)).isCloseTo((Math.exp(5) - 1) / 5, within(1e-13));
        assertThat(SpecialFunctions.kummer(2, 7, 0)).isEqualTo(1);
    }

    @Test
    void argumentsOutOfRangeAreNotAnswered() {
        assertThat(SpecialFunctions.logGamma(0)).isNaN();
        assertThat(SpecialFunctions.digamma(-1)).isNaN();
        assertThat(SpecialFunctions.trigamma(Double.NaN)).isNaN();
        assertThatThrownBy(() -> SpecialFunctions.kummer(2, 1, 1)).hasMessageContaining("0 < a <= b");
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }
}
