package io.maskflow.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.alignment.data.TrainingExample;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingBatchTest {

    private static final TrainingBatch.SpecialTokens TOKENS = new TrainingBatch.SpecialTokens(2, 1, 0);

    @Test
    void promptsArePaddedOnTheLeftAnswersFilledWithEndTokens() {
        boolean[][] masked = {{true, false, true}, {false, false, true}};
        TrainingBatch batch = TrainingBatch.of(
                List.of(
                        new TrainingExample(new int[] {7}, new int[] {8, 9}),
                        new TrainingExample(new int[] {5, 6}, new int[] {4, 4, 4})),
                3,
                TOKENS,
                new MaskCorruption.Masks(new double[] {0.5, 0.5}, masked));
        assertThat(batch.inputIds()).isDeepEqualTo(new int[][] {{0, 7, 2, 9, 2}, {5, 6, 4, 4, 2}});
        assertThat(batch.targetIds()).isDeepEqualTo(new int[][] {{8, 9, 1}, {4, 4, 4}});
        assertThat(batch.visible()[0]).containsExactly(false, true, true, true, true);
        assertThat(batch.tokens()).isEqualTo(9);
    }

    @Test
    void anAnswerThatDoesNotFitIsRefused() {
        MaskCorruption.Masks masks = new MaskCorruption(0, 0.5, 0.5).draw(0, 1, 2);
        assertThatThrownBy(() -> TrainingBatch.of(
                        List.of(new TrainingExample(new int[] {7}, new int[] {8, 9, 9})), 2, TOKENS, masks))
                .hasMessageContaining("3 tokens")
                .hasMessageContaining("responseLength of 2");
    }
}
