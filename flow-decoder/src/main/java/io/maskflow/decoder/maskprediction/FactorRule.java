package io.maskflow.decoder.maskprediction;

import java.util.Arrays;

/**
 * How many positions Fast-dLLM fills at once by its factor (arXiv 2505.22618, its parallel decoding by factor): with
 * confidences {@code c_1 >= c_2 >= ..} of the open positions, the first always, and the next ones as long as
 * {@code (n + 1)(1 - c_n) <= f}. As in the published code, the last open position is filled together with all others even
 * if it alone falls short.
 */
final class FactorRule {

    private FactorRule() {}

    /**
     * @param confidence {@code [N]} in [0, 1]
     * @param open {@code [N]} positions that may be filled
     * @param factor {@code f}, above 0
     * @return 1 to the number of open positions; 0 if there is none
     */
    static int count(double[] confidence, boolean[] open, double factor) {
        double[] sorted = new double[confidence.length];
        int m = 0;
        for (int i = 0; i < confidence.length; i++) {
            if (open[i]) {
                sorted[m++] = confidence[i];
            }
        }
        Arrays.sort(sorted, 0, m);
        int n = Math.min(1, m);
        while (n < m && sorted[m - 1 - n] >= 1 - factor / (n + 2)) { // of rank n + 1
            n++;
        }
        return n == m - 1 ? m : n;
    }
}
