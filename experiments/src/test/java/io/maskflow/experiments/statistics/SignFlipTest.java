package io.maskflow.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignFlipTest {

    /** Sums of +-3 +-1 are 4, 2, -2, -4: two of four patterns are at least as far out as 4. */
    @Test
    void triesOfOneProblemKeepTogether() {
        assertThat(new SignFlip(new int[] {3, 1}).exact()).isEqualTo(0.5);
        assertThat(new SignFlip(new int[] {3, -1}).exact()).isEqualTo(1);
    }

    @Test
    void withOneTryAProblemItIsMcNemarsExactTest() {
        int[] differences =
                IntStream.range(0, 30).map(i -> i < 18 ? 1 : i < 24 ? -1 : 0).toArray();
        assertThat(new SignFlip(differences).exact()).isCloseTo(new McNemar(18, 6).exact(), within(1e-12));
    }

    /** Three equal tries of each problem say no more than one. */
    @Test
    void repeatedTriesAddNoEvidence() {
        int[] once = {1, 1, 1, 1, 1, -1, 0};
        int[] thrice = {3, 3, 3, 3, 3, -3, 0};
        assertThat(new SignFlip(thrice).exact()).isCloseTo(new SignFlip(once).exact(), within(1e-12));
        assertThat(new McNemar(15, 3).exact()).isLessThan(new SignFlip(thrice).exact());
    }

    @Test
    void noDifferenceIsNoEvidence() {
        assertThat(new SignFlip(new int[] {0, 0}).exact()).isEqualTo(1);
        assertThat(new SignFlip(new int[] {2, -1, -1}).exact()).isEqualTo(1);
    }
}
