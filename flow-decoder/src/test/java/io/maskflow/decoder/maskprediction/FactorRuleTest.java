package io.maskflow.decoder.maskprediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FactorRuleTest {

    private static int count(double factor, double... confidence) {
        boolean[] open = new boolean[confidence.length];
        java.util.Arrays.fill(open, true);
        return FactorRule.count(confidence, open, factor);
    }

    /** With f = 1 the limits of ranks 1, 2, 3, 4 are none, 1 - 1/3, 1 - 1/4, 1 - 1/5. */
    @Test
    void ranksPassAsLongAsNoneFallsShort() {
        assertThat(count(1, .1, .05, .05, .05)).isEqualTo(1);
        assertThat(count(1, .9, .7, .7, .9)).isEqualTo(2); // .9, .9, then .7 below 3/4
        assertThat(count(1, .9, .66, .9, .9, .9)).isEqualTo(5); // .66 is the last: filled with the others
        assertThat(count(1, .9, .2, .3, .8, .1)).isEqualTo(2);
        assertThat(count(2, .9, .2, .3, .8, .55)).isEqualTo(3); // limits 1/3, 1/2, 3/5
    }

    @Test
    void theLastOpenPositionIsFilledWithTheOthersAsPublished() {
        assertThat(count(1, .9, .1)).isEqualTo(2);
        assertThat(count(1, .2)).isEqualTo(1);
        assertThat(FactorRule.count(new double[] {.9, .1, .2}, new boolean[] {true, false, false}, 1))
                .isEqualTo(1);
        assertThat(FactorRule.count(new double[] {.9, .1}, new boolean[2], 1)).isZero();
    }

    @Test
    void aFactorBesideAThresholdIsRefused() {
        MaskPredictionSettings factor = MaskPredictionSettings.defaults().withFactor(1);
        assertThatThrownBy(() -> factor.withThreshold(0.9))
                .hasMessage("factor needs threshold 0 and remasking low_confidence, were 0.9 and low_confidence");
        assertThatThrownBy(() -> factor.withFactor(-1)).hasMessage("factor must be at least 0, 0 for none, was -1.0");
    }
}
