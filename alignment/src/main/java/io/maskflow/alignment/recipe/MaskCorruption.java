package io.maskflow.alignment.recipe;

import io.maskflow.alignment.data.KeyedDraws;
import java.util.Arrays;

/**
 * The forward process of masked diffusion: a sequence draws a mask ratio {@code sigma}, and each of its response tokens
 * becomes the mask token with probability {@code sigma}, independently. Prompts are never masked.
 *
 * <p>The ratios of a batch are stratified: sequence {@code b} draws from the stratum {@code order[b]} of {@code B} equal
 * parts of {@code [sigmaMin, sigmaMax]}, in random order, so every batch covers the whole range and each single ratio
 * is uniform on it.
 *
 * <p>With blocks, one block of the response is drawn, all equally likely: before it stands the truth, in it tokens are
 * masked, behind it everything is masked and nothing counts, as a decoder that fills block after block will see it.
 *
 * @param seed seed of the run
 * @param sigmaMin smallest ratio, in (0, sigmaMax]
 * @param sigmaMax largest ratio, at most 1
 * @param blockLength positions of a block, 0 for the whole response
 * @paper XF Sec. 2
 */
public record MaskCorruption(long seed, double sigmaMin, double sigmaMax, int blockLength) {

    private static final long STRATA = 11;
    private static final long SEQUENCE = 12;
    private static final long BLOCK = 14;

    /** Checks the range. */
    public MaskCorruption {
        if (!(sigmaMin > 0 && sigmaMin <= sigmaMax && sigmaMax <= 1)) {
            throw new IllegalArgumentException("sigmaMin and sigmaMax must satisfy 0 < sigmaMin <= sigmaMax <= 1, were "
                    + sigmaMin + " and " + sigmaMax);
        }
        if (blockLength < 0) {
            throw new IllegalArgumentException("blockLength must be at least 0, was " + blockLength);
        }
    }

    /**
     * Masks anywhere in the response.
     *
     * @param seed seed of the run
     * @param sigmaMin smallest ratio
     * @param sigmaMax largest ratio
     */
    public MaskCorruption(long seed, double sigmaMin, double sigmaMax) {
        this(seed, sigmaMin, sigmaMax, 0);
    }

    /**
     * What is masked in one batch.
     *
     * @param sigma {@code [B]} mask ratios
     * @param masked {@code [B][N]} whether the response token is masked
     * @param until {@code [B]} positions from here on are masked but do not count
     */
    public record Masks(double[] sigma, boolean[][] masked, int[] until) {

        /**
         * Masks that all count.
         *
         * @param sigma {@code [B]}
         * @param masked {@code [B][N]}
         */
        public Masks(double[] sigma, boolean[][] masked) {
            this(
                    sigma,
                    masked,
                    Arrays.stream(masked).mapToInt(row -> row.length).toArray());
        }
    }

    /**
     * Draws the masks of a batch; the same number gives the same masks.
     *
     * @param batch number of the batch
     * @param B sequences
     * @param N response positions
     * @return the masks
     */
    public Masks draw(long batch, int B, int N) {
        int[] lengths = new int[B];
        Arrays.fill(lengths, N);
        return draw(batch, lengths);
    }

    /**
     * Draws the masks of a batch of responses that are not all equally long.
     *
     * @param batch number of the batch
     * @param lengths {@code [B]} positions of each response
     * @return the masks, {@code [B]} rows as long as the longest response
     */
    public Masks draw(long batch, int[] lengths) {
        int B = lengths.length;
        int N = Arrays.stream(lengths).max().orElseThrow();
        int[] stratum = KeyedDraws.of(seed, STRATA, batch).permutation(B);
        double[] sigma = new double[B];
        boolean[][] masked = new boolean[B][N];
        int[] until = new int[B];
        for (int b = 0; b < B; b++) {
            KeyedDraws draws = KeyedDraws.of(seed, SEQUENCE, batch, b);
            sigma[b] = sigmaMin + (sigmaMax - sigmaMin) * (stratum[b] + draws.nextDouble()) / B;
            int from = from(batch, b, lengths[b]);
            until[b] = blockLength == 0 ? lengths[b] : Math.min(lengths[b], from + blockLength);
            for (int i = 0; i < N; i++) {
                masked[b][i] = draws.nextDouble() < sigma[b] && i >= from || i >= until[b];
            }
        }
        return new Masks(sigma, masked, until);
    }

    /** Where the block of a row begins: at a multiple of its length. */
    private int from(long batch, int b, int length) {
        if (blockLength == 0 || length == 0) {
            return 0;
        }
        int blocks = (length + blockLength - 1) / blockLength;
        return blockLength * KeyedDraws.of(seed, BLOCK, batch, b).nextInt(blocks);
    }
}
