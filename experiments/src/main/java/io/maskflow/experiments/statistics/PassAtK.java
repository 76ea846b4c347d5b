package io.maskflow.experiments.statistics;

/** The unbiased estimate of {@code pass@k}: the chance that at least one of {@code k} samples passes. */
public final class PassAtK {

    private PassAtK() {}

    /**
     * {@code 1 - C(n - c, k) / C(n, k)}, as a product that neither overflows nor cancels.
     *
     * @param n samples drawn for the problem, at least 1
     * @param c how many of them passed, in [0, n]
     * @param k in [1, n]: with fewer samples than {@code k} there is no unbiased estimate
     * @return the estimate in [0, 1]
     */
    public static double estimate(int n, int c, int k) {
        if (n < 1 || c < 0 || c > n) {
            throw new IllegalArgumentException("passed samples must lie in [0, n], was " + c + " of " + n);
        }
        if (k < 1 || k > n) {
            throw new IllegalArgumentException("k must lie in [1, n], was " + k + " with n = " + n + " samples");
        }
        if (n - c < k) {
            return 1;
        }
        double allFail = 1;
        for (int i = n - c + 1; i <= n; i++) {
            allFail *= 1 - (double) k / i;
        }
        return 1 - allFail;
    }
}
