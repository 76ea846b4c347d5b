package io.maskflow.experiments.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EqualCallsTest {

    private static final int PROBLEMS = 10;

    /** The first so many problems solved, at one value of the dial with so many calls. */
    private static DialGrid solving(String decoder, int calls, int... solved) {
        boolean[][] passed = Arrays.stream(solved)
                .mapToObj(s -> {
                    boolean[] row = new boolean[PROBLEMS];
                    Arrays.fill(row, 0, s, true);
                    return row;
                })
                .toArray(boolean[][]::new);
        double[] dials =
                IntStream.range(0, solved.length).mapToDouble(d -> d + 1).toArray();
        int[] cost = IntStream.range(0, solved.length).map(d -> calls << d).toArray();
        return CallCurveTest.grid(decoder, dials, cost, passed);
    }

    /** 5 calls between 4 and 8: a quarter of the problems get the dear value. */
    @Test
    void twoValuesAreMixedToTheMeanThatIsAsked() {
        DialGrid grid = solving("x", 4, 4, 8);
        DialMix mix = DialMix.of(grid, 0, 5).orElseThrow();
        assertThat(mix.cheap()).isEqualTo(1);
        assertThat(mix.dear()).isEqualTo(2);
        assertThat(mix.share()).isEqualTo(.25);
        assertThat(mix.passed(grid)).isCloseTo(.75 * .4 + .25 * .8, within(1e-12));
        assertThat(DialMix.of(grid, 0, 3)).as("too few for the cheapest").isEmpty();
        assertThat(DialMix.of(grid, 0, 9).orElseThrow())
                .as("more than the dearest needs")
                .isEqualTo(new DialMix(0, 2, 2, 0));
        assertThat(DialMix.of(grid, 0, 8).orElseThrow().dial("any")).isEqualTo(2);
    }

    /** The coins of 4,000 names: .25 within 4 standard errors. They follow from the names, so this cannot fail by chance. */
    @Test
    void theCoinFollowsFromTheProblemAlone() {
        DialMix mix = new DialMix(0, 1, 2, .25);
        long dear =
                IntStream.range(0, 4000).filter(i -> mix.dial("task-" + i) == 2).count();
        assertThat(dear / 4000.0).isCloseTo(.25, within(4 * Math.sqrt(.25 * .75 / 4000)));
        assertThat(mix.dial("task-7")).isEqualTo(mix.dial("task-7"));
        DialMix other = new DialMix(0, 5, 6, .25);
        assertThat(IntStream.range(0, 100).allMatch(i -> (mix.dial("t" + i) == 2) == (other.dial("t" + i) == 6)))
                .as("the same coin for every decoder")
                .isTrue();
    }

    /**
     * Of two hand-made decoders the first is better where dials are chosen, the second on the table: the first is the one
     * compared with. 9 against 5 problems: 4 won, none lost, p = 2 / 2^4 by sign flips.
     */
    @Test
    void theBestHandMadeDecoderIsChosenOnOtherProblems() {
        List<DialGrid> validation = List.of(
                solving("learned", 4, 6), solving("first", 4, 7), solving("second", 4, 3), solving("dear", 16, 10));
        List<DialGrid> table = List.of(
                solving("learned", 4, 9), solving("first", 4, 5), solving("second", 4, 8), solving("dear", 16, 10));
        EqualCalls equal =
                EqualCalls.of(validation, table, List.of(4.0), "learned", List.of("first", "second", "dear"), .015);

        assertThat(equal.rows()).extracting(EqualCalls.Row::decoder).containsExactly("learned", "first", "second");
        assertThat(equal.rows()).extracting(EqualCalls.Row::passAt1).containsExactly(.9, .5, .8);
        assertThat(equal.rows()).extracting(EqualCalls.Row::validation).containsExactly(.6, .7, .3);
        EqualCalls.Comparison comparison = equal.comparisons().get(0);
        assertThat(comparison.best()).isEqualTo("first");
        assertThat(comparison.wins()).isEqualTo(4);
        assertThat(comparison.losses()).isZero();
        assertThat(comparison.difference()).isCloseTo(.4, within(1e-12));
        assertThat(comparison.p()).isCloseTo(2.0 / 16, within(1e-12));
        assertThat(comparison.verdict())
                .as("an interval above 0, a p that is not below .05")
                .isEqualTo("not inferior");
    }

    /** Two numbers of calls: the p of both are corrected together. */
    @Test
    void theTableIsCorrectedAsAWhole() {
        List<DialGrid> grids = List.of(solving("learned", 4, 9, 10), solving("hand", 4, 0, 10));
        EqualCalls equal = EqualCalls.of(grids, grids, List.of(4.0, 8.0), "learned", List.of("hand"), .015);
        assertThat(equal.comparisons()).extracting(EqualCalls.Comparison::p).containsExactly(2.0 / 512, 1.0);
        assertThat(equal.comparisons()).extracting(EqualCalls.Comparison::pHolm).containsExactly(4.0 / 512, 1.0);
        assertThat(equal.comparisons())
                .extracting(EqualCalls.Comparison::verdict)
                .containsExactly("ahead", "not inferior");
    }

    /** Each seed's dial stands by its own answers: the second policy needs twice the calls. */
    @Test
    void everySeedHasItsOwnDial() {
        DialGrid grid = new DialGrid("learned", "1/1");
        for (int p = 0; p < PROBLEMS; p++) {
            for (long seed = 0; seed < 2; seed++) {
                grid.add(1, "p" + p, seed, new DialGrid.Answer(true, false, (int) (4 + 4 * seed), 8));
                grid.add(2, "p" + p, seed, new DialGrid.Answer(true, true, (int) (8 + 8 * seed), 8));
            }
        }
        EqualCalls equal = EqualCalls.of(List.of(grid), List.of(grid), List.of(8.0), "learned", List.of(), .015);
        assertThat(equal.rows().get(0).mixes()).containsExactly(new DialMix(0, 2, 2, 0), new DialMix(1, 1, 1, 0));
        assertThat(equal.rows().get(0).passAt1()).isEqualTo(.5);
        assertThat(equal.comparisons()).isEmpty();
    }
}
