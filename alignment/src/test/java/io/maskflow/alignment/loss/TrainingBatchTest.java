package io.maskflow.alignment.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.recipe.EndTokens;
import io.maskflow.alignment.recipe.MaskCorruption;
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

    /** Three rules on answers of 2 and 4 tokens in a response of 10. */
    @Test
    void endTokensFollowTheRule() {
        int[] answers = {2, 4};
        assertThat(new EndTokens(EndTokens.Rule.FILL, 1).lengths(answers, 10, 1, 0))
                .containsExactly(10, 10);
        assertThat(new EndTokens(EndTokens.Rule.LONGEST, 1).lengths(answers, 10, 1, 0))
                .containsExactly(5, 5);
        assertThat(new EndTokens(EndTokens.Rule.LONGEST, 1).lengths(answers, 4, 1, 0))
                .containsExactly(4, 4);
        EndTokens random = new EndTokens(EndTokens.Rule.RANDOM, 3);
        boolean[] seen = new boolean[4];
        for (int batch = 0; batch < 60; batch++) {
            int[] lengths = random.lengths(answers, 10, 1, batch);
            assertThat(lengths).isEqualTo(random.lengths(answers, 10, 1, batch));
            assertThat(lengths[0]).isBetween(2, 5);
            assertThat(lengths[1]).isBetween(4, 7);
            seen[lengths[0] - 2] = true;
        }
        assertThat(seen).containsOnly(true); // 60 draws miss one of four with probability 4 (3/4)^60 = 1e-7
        assertThatThrownBy(() -> new EndTokens(EndTokens.Rule.RANDOM, 0)).hasMessageContaining("was 0");
    }

    /** Response of 3 beside one of 4, everything masked: the padding behind the shorter is neither masked nor counted. */
    @Test
    void whatStandsBehindTheEndTokensIsInvisibleAndDoesNotCount() {
        boolean[][] all = {{true, true, true, true}, {true, true, true, true}};
        TrainingBatch batch = TrainingBatch.of(
                List.of(
                        new TrainingExample(new int[] {7}, new int[] {8, 9}),
                        new TrainingExample(new int[] {5, 6}, new int[] {4, 4, 4})),
                new int[] {3, 4},
                TOKENS,
                new MaskCorruption.Masks(new double[] {0.5, 0.5}, all));
        assertThat(batch.inputIds()).isDeepEqualTo(new int[][] {{0, 7, 2, 2, 2, 0}, {5, 6, 2, 2, 2, 2}});
        assertThat(batch.targetIds()[0]).containsExactly(8, 9, 1, 1);
        assertThat(batch.visible()[0]).containsExactly(false, true, true, true, true, false);
        assertThat(batch.counted()[0]).containsExactly(true, true, true, false);
        // Eq. 1 per token: 1 / (sigma B N_b) with sigma 1/2, B 2 and responses of 3 and 4 tokens.
        assertThat(MaskedCrossEntropy.weights(
                        batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, java.util.Set.of(), 1))
                .containsExactly(1f / 3, 1f / 3, 1f / 3, 0, 0.25f, 0.25f, 0.25f, 0.25f);
        assertThat(XPredictionLoss.weights(
                        batch, XPredictionLoss.Positions.ALL, XPredictionLoss.Reduction.MEAN_OVER_POSITIONS, 1))
                .containsExactly(1f / 7, 1f / 7, 1f / 7, 0, 1f / 7, 1f / 7, 1f / 7, 1f / 7);
        assertThat(batch.only(List.of(1)).inputIds()).isDeepEqualTo(new int[][] {{5, 6, 2, 2, 2, 2}});
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
