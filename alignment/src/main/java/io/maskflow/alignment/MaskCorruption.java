package io.maskflow.alignment;

import io.maskflow.alignment.data.KeyedDraws;

/**
 * The forward process of masked diffusion: a sequence draws a mask ratio {@code sigma}, and each of its response tokens
 * becomes the mask token with probability {@code sigma}, independently.
 *
 * <p>The ratios of a batch are stratified: sequence {@code b} draws from the stratum {@code order[b]} of {@code B} equal
 * parts of {@code [sigmaMin, sigmaMax]}, in random order, so every batch covers the whole range and each single ratio
 * is uniform on it.
 *
 * @param seed seed of the run
 * @param sigmaMin smallest ratio, in (0, sigmaMax]
 * @param sigmaMax largest ratio, at most 1
 * @paper XF Sec. 2
 */
public record MaskCorruption(long seed, double sigmaMin, double sigmaMax) {

    private static final long STRATA = 11;
    private static final long SEQUENCE = 12;

    /** Checks the range. */
    public MaskCorruption {
        if (!(sigmaMin > 0 && sigmaMin <= sigmaMax && sigmaMax <= 1)) {
            throw new IllegalArgumentException("sigmaMin and sigmaMax must satisfy 0 < sigmaMin <= sigmaMax <= 1, were "
                    + sigmaMin + " and " + sigmaMax);
        }
    }

    /**
     * What is masked in one batch.
     *
     * @param sigma {@code [B]} mask ratios
     * @param masked {@code [B][N]} whether the response token is masked
     */
    public record Masks(double[] sigma, boolean[][] masked) {}

    /**
     * Draws the masks of a batch; the same number gives the same masks.
     *
     * @param batch number of the batch
     * @param B sequences
     * @param N response positions
     * @return the masks
     */
    public Masks draw(long batch, int B, int N) {
        int[] stratum = KeyedDraws.of(seed, STRATA, batch).permutation(B);
        double[] sigma = new double[B];
        boolean[][] masked = new boolean[B][N];
        for (int b = 0; b < B; b++) {
            KeyedDraws draws = KeyedDraws.of(seed, SEQUENCE, batch, b);
            sigma[b] = sigmaMin + (sigmaMax - sigmaMin) * (stratum[b] + draws.nextDouble()) / B;
            for (int i = 0; i < N; i++) {
                masked[b][i] = draws.nextDouble() < sigma[b];
            }
        }
        return new Masks(sigma, masked);
    }
}
