package io.maskflow.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void wilsonOfHalfIsSymmetricAndClopperPearsonContainsIt() {
        Proportion half = new Proportion(50, 100);
        Interval wilson = half.wilson(0.95);
        // z = 1.959964: reach = z sqrt(.25/100 + z²/40000) / (1 + z²/100) = 0.0961685
        assertThat(wilson.low()).isCloseTo(0.5 - 0.0961685, within(1e-7));
        assertThat(wilson.high()).isCloseTo(0.5 + 0.0961685, within(1e-7));
        Interval exact = half.clopperPearson(0.95);
        assertThat(exact.low()).isLessThan(wilson.low());
        assertThat(exact.high()).isGreaterThan(wilson.high());
    }

    @Test
    void intervalsEndExactlyAtNoneAndAll() {
        assertThat(new Proportion(0, 7).wilson(0.95).low()).isZero();
        assertThat(new Proportion(7, 7).wilson(0.95).high()).isEqualTo(1);
        // All of 7: the exact lower end solves p^7 = 0.025.
        assertThat(new Proportion(7, 7).clopperPearson(0.95).low()).isCloseTo(Math.pow(0.025, 1.0 / 7), within(1e-9));
        assertThat(new Proportion(0, 0).wilson(0.95)).isEqualTo(new Interval(0, 1));
    }

    @Test
    void clopperPearsonOfOneSuccessHasItsClosedForm() {
        // One of 500: the lower end solves 1 - (1 - p)^500 = 0.05.
        double closed = -Math.expm1(Math.log(0.95) / 500);
        assertThat(new Proportion(1, 500).clopperPearson(0.9).low()).isCloseTo(closed, within(1e-12 * closed));
    }

    @Test
    void mcnemarCountsOnlyProblemsWhereOneSystemSucceeds() {
        McNemar test = McNemar.of(new boolean[] {true, true, false, true}, new boolean[] {true, false, false, false});
        assertThat(test).isEqualTo(new McNemar(2, 0));
        // Two heads of two fair coins, two-sided: 2 * 1/4; mid-p takes half of 2 * 1/4 away.
        assertThat(test.exact()).isEqualTo(0.5);
        assertThat(test.midP()).isEqualTo(0.25);
        assertThat(new McNemar(0, 0).exact()).isEqualTo(1);
    }

    @Test
    void holmMultipliesTheSmallestByAllAndNeverDescends() {
        // Sorted .01 .02 .03 .04 times 4 3 2 1 = .04 .06 .06 .04, made monotone.
        double[] corrected = Holm.correct(new double[] {0.04, 0.01, 0.03, 0.02});
        assertThat(corrected).containsExactly(new double[] {0.06, 0.04, 0.06, 0.06}, within(1e-15));
        assertThat(Holm.correct(new double[] {0.9, 0.8})).containsExactly(1, 1);
        assertThat(Holm.correct(new double[0])).isEmpty();
    }

    @Test
    void passAtKCountsTheDrawsThatHoldAPass() {
        // 5 samples, 2 pass, 2 drawn: 1 - C(3,2)/C(5,2) = 1 - 3/10.
        assertThat(PassAtK.estimate(5, 2, 2)).isCloseTo(0.7, within(1e-15));
        assertThatThrownBy(() -> PassAtK.estimate(5, 2, 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k must lie in [1, n], was 6 with n = 5 samples");
    }

    @Test
    void equalSystemsHaveADifferenceOfNothing() {
        double[][] scores = {{1, 0}, {0, 0}, {1, 1}};
        assertThat(PairedBootstrap.USUAL.difference(scores, scores, 0.95)).isEqualTo(new Interval(0, 0));
    }

    @Test
    void theBootstrapIsAFunctionOfItsSeed() {
        double[][] first = {{1}, {1}, {0}, {1}, {0}};
        double[][] second = {{0}, {1}, {0}, {1}, {1}};
        PairedBootstrap bootstrap = new PairedBootstrap(500, 3);
        assertThat(bootstrap.difference(first, second, 0.9)).isEqualTo(bootstrap.difference(first, second, 0.9));
    }

    @Test
    void copiesOfATryDoNotNarrowTheInterval() {
        SplittableRandom random = new SplittableRandom(5);
        double[][] first = new double[60][1];
        double[][] second = new double[60][1];
        double[][] firstThrice = new double[60][3];
        double[][] secondThrice = new double[60][3];
        for (int i = 0; i < 60; i++) {
            first[i][0] = random.nextInt(2);
            second[i][0] = random.nextInt(3) == 0 ? 1 : 0;
            java.util.Arrays.fill(firstThrice[i], first[i][0]);
            java.util.Arrays.fill(secondThrice[i], second[i][0]);
        }
        Interval once = PairedBootstrap.USUAL.difference(first, second, 0.95);
        Interval thrice = PairedBootstrap.USUAL.difference(firstThrice, secondThrice, 0.95);
        assertThat(thrice.low()).isCloseTo(once.low(), within(1e-12));
        assertThat(thrice.high()).isCloseTo(once.high(), within(1e-12));
    }

    @Test
    void theBootstrapIntervalAgreesWithTheNormalOneForManyProblems() {
        // Differences +1 (30 %), 0 (60 %), -1 (10 %) of 1,000 problems: mean .2, sd sqrt(.4 - .04) = .6, se .018974.
        double[][] first = new double[1000][1];
        double[][] second = new double[1000][1];
        for (int i = 0; i < 1000; i++) {
            first[i][0] = i < 300 ? 1 : 0;
            second[i][0] = i >= 900 ? 1 : 0;
        }
        Interval interval = PairedBootstrap.USUAL.difference(first, second, 0.95);
        assertThat(interval.low()).isCloseTo(0.2 - 1.96 * 0.018974, within(0.003));
        assertThat(interval.high()).isCloseTo(0.2 + 1.96 * 0.018974, within(0.003));
    }

    @Test
    void meanAndDeviationOfThreeSeeds() {
        MeanAndDeviation figure = MeanAndDeviation.of(44, 47, 50);
        assertThat(figure.mean()).isEqualTo(47);
        assertThat(figure.deviation()).isEqualTo(3);
        assertThat(figure).hasToString("47.00 ± 3.0 (n = 3)");
        assertThat(MeanAndDeviation.of(44)).hasToString("44.00 (n = 1)");
    }
}
