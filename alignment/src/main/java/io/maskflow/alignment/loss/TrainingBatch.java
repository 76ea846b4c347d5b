package io.maskflow.alignment.loss;

import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.recipe.MaskCorruption;
import java.util.Arrays;
import java.util.List;

/**
 * One batch as the model sees it. Prompts are padded on the left (invisible to attention). Answers are followed by end
 * tokens, which are tokens to learn like any other, and by padding where a response is shorter than the longest.
 *
 * @param inputIds {@code [B][T]}, {@code T = P + N}: padding, prompt, response with mask tokens, padding
 * @param visible {@code [B][T]} false at padding
 * @param targetIds {@code [B][N]} the clean response {@code X_0}
 * @param masked {@code [B][N]} where the input has the mask token
 * @param counted {@code [B][N]} where losses may count; what is neither masked nor counted is not learned from
 * @param sigma {@code [B]} mask ratios
 */
public record TrainingBatch(
        int[][] inputIds,
        boolean[][] visible,
        int[][] targetIds,
        boolean[][] masked,
        boolean[][] counted,
        double[] sigma) {

    /**
     * A batch whose visible response positions all count.
     *
     * @param inputIds {@code [B][T]}
     * @param visible {@code [B][T]}
     * @param targetIds {@code [B][N]}
     * @param masked {@code [B][N]}
     * @param sigma {@code [B]}
     */
    public TrainingBatch(int[][] inputIds, boolean[][] visible, int[][] targetIds, boolean[][] masked, double[] sigma) {
        this(inputIds, visible, targetIds, masked, responses(visible, targetIds), sigma);
    }

    private static boolean[][] responses(boolean[][] visible, int[][] targetIds) {
        boolean[][] counted = new boolean[visible.length][];
        for (int b = 0; b < counted.length; b++) {
            int T = visible[b].length;
            counted[b] = Arrays.copyOfRange(visible[b], T - targetIds[b].length, T);
        }
        return counted;
    }

    /**
     * Puts examples and masks together; every response is filled with end tokens.
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
        int[] lengths = new int[examples.size()];
        Arrays.fill(lengths, responseLength);
        return of(examples, lengths, tokens, masks);
    }

    /**
     * Puts examples and masks together.
     *
     * @param examples B pairs
     * @param lengths {@code [B]} tokens of each response, end tokens included; the largest is {@code N}
     * @param tokens the ids of mask, end and padding
     * @param masks drawn for this batch, for at least {@code N} positions
     * @return the batch
     * @throws IllegalArgumentException if an answer is longer than its response
     */
    public static TrainingBatch of(
            List<TrainingExample> examples, int[] lengths, SpecialTokens tokens, MaskCorruption.Masks masks) {
        int B = examples.size();
        int N = Arrays.stream(lengths).max().orElseThrow();
        int P = examples.stream().mapToInt(e -> e.promptIds().length).max().orElseThrow();
        int[][] input = new int[B][P + N];
        boolean[][] visible = new boolean[B][P + N];
        int[][] target = new int[B][N];
        boolean[][] masked = new boolean[B][N];
        boolean[][] counted = new boolean[B][N];
        for (int b = 0; b < B; b++) {
            int[] prompt = examples.get(b).promptIds();
            int[] answer = examples.get(b).answerIds();
            if (answer.length > lengths[b]) {
                throw new IllegalArgumentException(
                        "an answer of " + answer.length + " tokens does not fit a responseLength of " + lengths[b]);
            }
            int padding = P - prompt.length;
            for (int j = 0; j < P + N; j++) {
                int i = j - P;
                visible[b][j] = j >= padding && i < lengths[b];
                if (!visible[b][j]) {
                    input[b][j] = tokens.pad();
                    if (i >= 0) {
                        target[b][i] = tokens.end();
                    }
                } else if (i < 0) {
                    input[b][j] = prompt[j - padding];
                } else {
                    target[b][i] = i < answer.length ? answer[i] : tokens.end();
                    masked[b][i] = masks.masked()[b][i];
                    counted[b][i] = i < masks.until()[b];
                    input[b][j] = masked[b][i] ? tokens.mask() : target[b][i];
                }
            }
        }
        return new TrainingBatch(input, visible, target, masked, counted, masks.sigma());
    }

    /** {@code B}. */
    public int rows() {
        return inputIds.length;
    }

    /** {@code N}. */
    public int responseLength() {
        return targetIds[0].length;
    }

    /** Positions of a response that the model reads: the answer and its end tokens. */
    int responseLength(int row) {
        int N = responseLength();
        int count = 0;
        for (int j = visible[row].length - N; j < visible[row].length; j++) {
            count += visible[row][j] ? 1 : 0;
        }
        return count;
    }

    /** Some of the rows, in the given order. */
    public TrainingBatch only(List<Integer> rows) {
        return new TrainingBatch(
                rows.stream().map(b -> inputIds[b]).toArray(int[][]::new),
                rows.stream().map(b -> visible[b]).toArray(boolean[][]::new),
                rows.stream().map(b -> targetIds[b]).toArray(int[][]::new),
                rows.stream().map(b -> masked[b]).toArray(boolean[][]::new),
                rows.stream().map(b -> counted[b]).toArray(boolean[][]::new),
                rows.stream().mapToDouble(b -> sigma[b]).toArray());
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
     * @param end follows answers
     * @param pad fills prompts up to the longest one, and responses
     */
    public record SpecialTokens(int mask, int end, int pad) {}
}
