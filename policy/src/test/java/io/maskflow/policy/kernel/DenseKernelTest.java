package io.maskflow.policy.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.policy.distribution.SpecialFunctions;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DenseKernelTest {

    private final DenseKernel scalar = DenseKernel.scalar();
    private final DenseKernel vector = DenseKernel.fastest();

    @Test
    void theTestJvmHasTheVectorApi() {
        assertThat(vector.name()).isEqualTo("vector");
    }

    @Test
    void productsAreEqualToTheBitInBothOrientations() {
        for (int rows : new int[] {1, 3, 4, 7, 64}) {
            double[] a = random(rows * 9, 1);
            double[] b = random(9 * 48, 2);
            double[] c1 = random(rows * 48, 3);
            double[] c2 = c1.clone();
            scalar.multiplyAdd(c1, rows, 48, 9, a, 0, 9, 1, b);
            vector.multiplyAdd(c2, rows, 48, 9, a, 0, 9, 1, b);
            assertThat(c2).containsExactly(c1);
            scalar.multiplyAdd(c1, rows, 48, 9, a, 0, 1, rows, b);
            vector.multiplyAdd(c2, rows, 48, 9, a, 0, 1, rows, b);
            assertThat(c2).containsExactly(c1);
        }
    }

    @Test
    void siluAndItsGradientAreEqualToTheBit() {
        double[] z = random(4096, 4);
        for (int i = 0; i < 64; i++) {
            z[i] = (i - 32) * 40;
        }
        double[][] s = {new double[4096], new double[4096]};
        double[][] h = {new double[4096], new double[4096]};
        double[][] d = {random(4096, 5), random(4096, 5)};
        scalar.silu(z, s[0], h[0], 4096);
        vector.silu(z, s[1], h[1], 4096);
        scalar.siluBackward(z, s[0], d[0], 4096);
        vector.siluBackward(z, s[1], d[1], 4096);
        assertThat(s[1]).containsExactly(s[0]);
        assertThat(h[1]).containsExactly(h[0]);
        assertThat(d[1]).containsExactly(d[0]);
    }

    @Test
    void exponentialAgreesWithTheJdk() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 20_000; i++) {
            double x = 1400 * random.nextDouble() - 700;
            assertThat(Math.abs(Exponential.exp(x) / StrictMath.exp(x) - 1))
                    .as("exp(%s)", x)
                    .isLessThan(5e-16);
        }
        assertThat(Exponential.exp(Double.NaN)).isNaN();
        assertThat(Exponential.exp(0)).isEqualTo(1);
    }

    @Test
    void gammaFunctionsAreEqualToTheBitAndAgreeWithTheLoopsToThirteenDigits() {
        double[] x = new double[4096];
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.exp(20 * random.nextDouble() - 8); // 3e-4 .. 1.6e5
        }
        x[0] = 1;
        x[1] = 2;
        x[2] = 10;
        x[3] = Math.nextDown(10.0);
        x[4] = Double.NaN;
        double[][] logGamma = {new double[4096], new double[4096]};
        double[][] psi = {new double[4096], new double[4096]};
        scalar.gamma(x, logGamma[0], psi[0], 4096);
        vector.gamma(x, logGamma[1], psi[1], 4096);
        assertThat(logGamma[1]).containsExactly(logGamma[0]);
        assertThat(psi[1]).containsExactly(psi[0]);
        assertThat(logGamma[0][4]).isNaN();
        assertThat(psi[0][4]).isNaN();
        for (int i = 5; i < x.length; i++) {
            double expected = SpecialFunctions.logGamma(x[i]);
            assertThat(logGamma[0][i]).as("lnGamma(%s)", x[i]).isCloseTo(expected, within(expected));
            double slope = SpecialFunctions.digamma(x[i]);
            assertThat(psi[0][i]).as("psi(%s)", x[i]).isCloseTo(slope, within(slope));
        }
    }

    private static Offset<Double> within(double value) {
        return Offset.offset(2e-14 * Math.max(1, Math.abs(value)));
    }

    @Test
    void logarithmAgreesWithTheJdk() {
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 20_000; i++) {
            double x = Math.exp(80 * random.nextDouble() - 40);
            double expected = StrictMath.log(x);
            assertThat(GammaFunctions.log(x))
                    .as("ln(%s)", x)
                    .isCloseTo(expected, Offset.offset(2 * Math.ulp(expected)));
        }
        assertThat(GammaFunctions.log(1)).isEqualTo(0);
    }

    private static double[] random(int count, long seed) {
        return new SplittableRandom(seed).doubles(count, -3, 3).toArray();
    }
}
