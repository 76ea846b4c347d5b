package io.maskflow.alignment.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import java.util.List;
import java.util.Set;
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

    /** Blocks of 4 in a response of 10: they begin at 0, 4 and 8, the last has two positions. */
    @Test
    void aBlockHasTruthBeforeItAndMasksBehindIt() {
        MaskCorruption blocks = new MaskCorruption(3, 0.3, 0.7, 4);
        boolean[] seen = new boolean[3];
        for (int batch = 0; batch < 20; batch++) {
            MaskCorruption.Masks masks = blocks.draw(batch, 4, 10);
            for (int b = 0; b < 4; b++) {
                int until = masks.until()[b];
                int from = until == 10 ? 8 : until - 4;
                assertThat(from % 4).isZero();
                seen[from / 4] = true;
                for (int i = 0; i < 10; i++) {
                    boolean masked = masks.masked()[b][i];
                    assertThat(masked).isEqualTo(i >= from && (i >= until || masked));
                }
            }
        }
        assertThat(seen).containsOnly(true);
        assertThat(blocks.draw(7, 4, 10).masked())
                .isDeepEqualTo(blocks.draw(7, 4, 10).masked());
    }

    /** Masks behind the block are in the input and count for nothing. */
    @Test
    void lossesCountUpToTheEndOfTheBlock() {
        boolean[][] masked = {{false, true, true, true}};
        MaskCorruption.Masks masks = new MaskCorruption.Masks(new double[] {0.5}, masked, new int[] {2});
        TrainingBatch batch = TrainingBatch.of(
                List.of(new TrainingExample(new int[] {7}, new int[] {3, 4, 5, 6})),
                4,
                new TrainingBatch.SpecialTokens(2, 1, 0),
                masks);
        assertThat(batch.inputIds()[0]).containsExactly(7, 3, 2, 2, 2);
        assertThat(MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(), 1))
                .containsExactly(0, 1, 0, 0);
    }
}
