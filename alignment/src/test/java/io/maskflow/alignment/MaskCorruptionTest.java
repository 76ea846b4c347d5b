package io.maskflow.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MaskCorruptionTest {

    private final MaskCorruption corruption = new MaskCorruption(42, 0.05, 1);

    @Test
    void aBatchIsMaskedEquallyWheneverItIsAskedFor() {
        MaskCorruption.Masks first = corruption.draw(17, 8, 48);
        corruption.draw(3, 8, 48);
        assertThat(corruption.draw(17, 8, 48).masked()).isDeepEqualTo(first.masked());
        assertThat(corruption.draw(18, 8, 48).masked()).isNotEqualTo(first.masked());
        assertThat(new MaskCorruption(43, 0.05, 1).draw(17, 8, 48).sigma()).isNotEqualTo(first.sigma());
    }

    @Test
    void everyBatchHasOneRatioInEachStratum() {
        int B = 32;
        for (long batch = 0; batch < 20; batch++) {
            double[] sigma = corruption.draw(batch, B, 1).sigma();
            boolean[] seen = new boolean[B];
            for (double s : sigma) {
                seen[(int) ((s - 0.05) / 0.95 * B)] = true;
            }
            assertThat(seen).doesNotContain(false);
        }
    }

    /** Of 48,000 draws at one ratio the share masked lies within 6 standard deviations: fails once in 10^9 seeds. */
    @Test
    void tokensAreMaskedAsOftenAsTheRatioSays() {
        double ratio = 0.3;
        MaskCorruption fixed = new MaskCorruption(1, ratio, ratio);
        int masked = 0;
        for (boolean[] row : fixed.draw(0, 1000, 48).masked()) {
            for (boolean m : row) {
                masked += m ? 1 : 0;
            }
        }
        assertThat(masked / 48_000.0).isCloseTo(ratio, within(6 * Math.sqrt(ratio * (1 - ratio) / 48_000)));
    }

    @Test
    void ratiosOutOfRangeAreRefusedWithTheirValues() {
        assertThatThrownBy(() -> new MaskCorruption(0, 0, 1)).hasMessageContaining("0.0 and 1.0");
        assertThatThrownBy(() -> new MaskCorruption(0, 0.5, 0.4)).hasMessageContaining("0.5 and 0.4");
        assertThatThrownBy(() -> new MaskCorruption(0, 0.5, 1.1)).hasMessageContaining("0.5 and 1.1");
    }
}
