package io.maskflow.alignment;

import io.maskflow.alignment.data.TrainingExample;
import java.util.List;

/**
 * One batch as the model sees it. Prompts are padded on the left (invisible to attention), answers on the right with end
 * tokens, which are tokens to learn like any other: the decoder fills all {@code N} positions.
 *
 * @param inputIds {@code [B][T]}, {@code T = P + N}: padding, prompt, response with mask tokens
 * @param visible {@code [B][T]} false at padding
 * @param targetIds {@code [B][N]} the clean response {@code X_0}
 * @param masked {@code [B][N]} where the input has the mask token
 * @param sigma {@code [B]} mask ratios
 */
public record TrainingBatch(
        int[][] inputIds, boolean[][] visible, int[][] targetIds, boolean[][] masked, double[] sigma) {

    /**
     * Puts examples and masks together.
     *
     * @param examples B pairs
     * @param responseLength {@code N}; longer answers are refused
     * @param tokens the ids of mask, end and padding
     * @param masks drawn for this batch
     * @return the batch
     * @throws IllegalArgumentException if an answer is longer than {@code responseLength}
     */
    public static TrainingBatch of(
            List<TrainingExample> examples, int responseLength, SpecialTokens tokens, MaskCorruption.Masks masks) {
        int B = examples.size();
        int N = responseLength;
        int P = examples.stream().mapToInt(e -> e.promptIds().length).max().orElseThrow();
        int[][] input = new int[B][P + N];
        boolean[][] visible = new boolean[B][P + N];
        int[][] target = new int[B][N];
        for (int b = 0; b < B; b++) {
            int[] prompt = examples.get(b).promptIds();
            int[] answer = examples.get(b).answerIds();
            if (answer.length > N) {
                throw new IllegalArgumentException("an answer of " + answer.length
                        + " tokens does not fit a responseLength of " + N);
            }
            int padding = P - prompt.length;
            for (int j = 0; j < P + N; j++) {
                visible[b][j] = j >= padding;
                if (j < padding) {
                    input[b][j] = tokens.pad();
                } else if (j < P) {
                    input[b][j] = prompt[j - padding];
                } else {
                    int i = j - P;
                    target[b][i] = i < answer.length ? answer[i] : tokens.end();
                    input[b][j] = masks.masked()[b][i] ? tokens.mask() : target[b][i];
                }
            }
        }
        return new TrainingBatch(input, visible, target, masks.masked(), masks.sigma());
    }

    /** {@code B}. */
    public int rows() {
        return inputIds.length;
    }

    /** {@code N}. */
    public int responseLength() {
        return targetIds[0].length;
    }

    /** Tokens that the model reads, padding not counted. */
    public int tokens() {
        int count = 0;
        for (boolean[] row : visible) {
            for (boolean seen : row) {
                count += seen ? 1 : 0;
            }
        }
        return count;
    }

    /**
     * The ids that batches are made with.
     *
     * @param mask the mask token
     * @param end fills answers up to the response length
     * @param pad fills prompts up to the longest one
     */
    public record SpecialTokens(int mask, int end, int pad) {}
}
