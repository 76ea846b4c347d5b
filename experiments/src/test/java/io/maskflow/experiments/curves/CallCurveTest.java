package io.maskflow.experiments.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Curves by hand. */
class CallCurveTest {

    /** 1 x 80 + (2 - 1) (78 W(78) + 80 W(80)) / 2; the third point has lost 10 against the first and is dropped. */
    @Test
    void parallelismCountsByTheAccuracyItKeeps() {
        List<AccuracyUnderParallelism.Point> points = List.of(
                new AccuracyUnderParallelism.Point(4, 70),
                new AccuracyUnderParallelism.Point(1, 80),
                new AccuracyUnderParallelism.Point(2, 78));
        double alone = 80 + (78 * Math.exp(-3 * (1 - 78.0 / 80)) + 80) / 2;
        assertThat(AccuracyUnderParallelism.of(points, 80)).isEqualTo(alone).isCloseTo(156.182, within(1e-3));
        double besideABetter = 80 + (78 * Math.exp(-3 * (1 - .78)) + 80 * Math.exp(-3 * (1 - .8))) / 2;
        assertThat(AccuracyUnderParallelism.of(points, 100))
                .isEqualTo(besideABetter)
                .isCloseTo(122.110, within(1e-3));
    }

    @Test
    void aLossOfExactlyFivePointsIsKept() {
        List<AccuracyUnderParallelism.Point> points =
                List.of(new AccuracyUnderParallelism.Point(1, 80), new AccuracyUnderParallelism.Point(2, 75));
        assertThat(AccuracyUnderParallelism.of(points, 80)).isGreaterThan(80);
        assertThat(AccuracyUnderParallelism.of(List.of(), 80)).isZero();
    }

    /** 8 calls lie in the middle between 4 and 16 on a logarithmic scale. */
    @Test
    void aCurveIsReadInTheLogarithmOfTheCalls() {
        double[] calls = {16, 4, 4};
        double[] passed = {.7, .5, .3};
        assertThat(LogCalls.at(calls, passed, 8)).isCloseTo(.6, within(1e-12));
        assertThat(LogCalls.at(calls, passed, 4)).as("of equals the higher").isEqualTo(.5);
        assertThat(LogCalls.at(calls, passed, 2)).as("an end").isEqualTo(.5);
        assertThat(LogCalls.at(calls, passed, 20)).as("an end").isEqualTo(.7);
        assertThat(LogCalls.within(calls, 20)).isFalse();
        assertThat(LogCalls.within(calls, 16)).isTrue();
    }

    /** In powers of two: nothing for 1, .5 for 2, .75 for 2 of 5. The dominated point at 16 changes nothing. */
    @Test
    void theAreaIsThatBelowTheBestSoFar() {
        double area = LogCalls.dominatedArea(new double[] {16, 2, 8}, new double[] {.6, .5, .75}, 32);
        assertThat(area).isCloseTo(.5, within(1e-12));
        assertThat(LogCalls.dominatedArea(new double[] {2, 8}, new double[] {.5, .75}, 32))
                .isCloseTo(area, within(1e-12));
    }

    static DialGrid grid(String decoder, double[] dials, int[] calls, boolean[][] passed) {
        DialGrid grid = new DialGrid(decoder, "1/1");
        for (int d = 0; d < dials.length; d++) {
            for (int p = 0; p < passed[d].length; p++) {
                grid.add(dials[d], "p" + p, 0, new DialGrid.Answer(true, passed[d][p], calls[d], 2 * calls[d]));
            }
        }
        return grid;
    }

    /** Every problem alike: no resample differs, and the intervals are the values. */
    @Test
    void curvesAreReadAtTheSameCallsAndCompared() {
        boolean[] all = {true, true};
        boolean[] none = {false, false};
        DialGrid learned = grid("learned", new double[] {1, 2}, new int[] {4, 16}, new boolean[][] {all, all});
        DialGrid hand = grid("hand", new double[] {.5, .9}, new int[] {4, 16}, new boolean[][] {none, all});
        List<CallCurve> curves = CallCurve.of(
                List.of(learned, hand),
                Map.of("hand", "threshold", "learned", "price"),
                List.of(8.0, 32.0),
                "learned",
                32);

        CallCurve own = curves.get(1);
        assertThat(own.dialName()).isEqualTo("threshold");
        assertThat(own.points()).extracting(CallCurve.Point::nfeMean).containsExactly(4.0, 16.0);
        assertThat(own.points()).extracting(CallCurve.Point::tpf).containsExactly(2.0, 2.0);
        assertThat(own.atCalls()).as("32 calls are beyond its dearest point").hasSize(1);
        CallCurve.AtCalls at = own.atCalls().get(0);
        assertThat(at.passAt1()).isCloseTo(.5, within(1e-12));
        assertThat(at.difference()).isCloseTo(.5, within(1e-12));
        assertThat(at.interval().low()).isCloseTo(.5, within(1e-12));
        assertThat(at.interval().high()).isCloseTo(.5, within(1e-12));
        assertThat(curves.get(0).atCalls().get(0).difference())
                .as("not with itself")
                .isNull();
        assertThat(own.dominatedArea()).isCloseTo(.2, within(1e-12));
    }

    @Test
    void answersWithoutAVerdictEnterNoShareButTheCalls() {
        DialGrid grid = new DialGrid("x", "1/1");
        grid.add(1, "a", 0, new DialGrid.Answer(true, true, 4, 8));
        grid.add(1, "b", 0, new DialGrid.Answer(false, false, 6, 8));
        CallCurve.Point point = CallCurve.of(List.of(grid), Map.of(), List.of(), "", 32)
                .get(0)
                .points()
                .get(0);
        assertThat(point.n()).isEqualTo(1);
        assertThat(point.noVerdict()).isEqualTo(1);
        assertThat(point.passAt1()).isEqualTo(1);
        assertThat(point.nfeMean()).isEqualTo(5);
    }

    /** Problem p0 is solved by the dear value alone: worth it until 12 calls of 48 at a price of 4 cost more than it. */
    @Test
    void theOracleTakesTheCheapestAnswerThatSolvesAndGivesUpWhatIsTooDear() {
        DialGrid grid =
                grid("hand", new double[] {.5, .9}, new int[] {4, 16}, new boolean[][] {{false, true}, {true, true}});
        DialGrid oracle = PerProblemOracle.of("oracle", List.of(grid), 48);
        assertThat(oracle.passed(0)).isEqualTo(1);
        assertThat(oracle.calls(0)).isEqualTo(10);
        assertThat(oracle.passed(2)).isEqualTo(1);
        assertThat(oracle.passed(6)).isEqualTo(.5);
        assertThat(oracle.calls(6)).isEqualTo(4);
    }
}
