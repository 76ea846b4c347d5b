package io.maskflow.alignment.loss;

import java.util.Set;

/**
 * The objective of masked diffusion language models: cross-entropy of the clean token at masked positions.
 *
 * <pre>
 *   L = 1/sigma * sum over masked i of  -log softmax(Z_i)[x_0^i]
 * </pre>
 *
 * <p>All variants are {@code sum_{b,i} weight_{b,i} CE_{b,i}} with weights that do not depend on the model; the engine
 * computes that sum, this class gives the weights and the plain reference.
 *
 * @paper XF Eq. 1
 */
public final class MaskedCrossEntropy {

    private MaskedCrossEntropy() {}

    /** How masked positions are averaged. */
    public enum Reduction {
        /** Eq. 1: {@code 1/sigma_b} at masked positions, summed over the sequence, averaged over sequences. */
        MDLM,
        /** Eq. 1 divided by the length of each response, its end tokens included: a number of the size of one token's cross-entropy. */
        MDLM_PER_TOKEN,
        /** Mean over all masked positions of the batch, without {@code 1/sigma}. */
        MEAN_OVER_MASKED
    }

    /**
     * Weights of the positions of a batch.
     *
     * @param batch the batch
     * @param reduction how positions are averaged
     * @param weightedTokens clean tokens that count {@code tokenWeight} times (digits, say); may be empty
     * @param tokenWeight their factor, above 0
     * @return {@code [B * N]} row-major, 0 at positions that are not masked or do not count
     */
    public static float[] weights(
            TrainingBatch batch, Reduction reduction, Set<Integer> weightedTokens, double tokenWeight) {
        int B = batch.rows();
        int N = batch.responseLength();
        double[] weight = new double[B * N];
        double total = 0;
        for (int b = 0; b < B; b++) {
            for (int i = 0; i < N; i++) {
                if (batch.masked()[b][i] && batch.counted()[b][i]) {
                    double factor = weightedTokens.contains(batch.targetIds()[b][i]) ? tokenWeight : 1;
                    weight[b * N + i] = factor * perPosition(reduction, batch.sigma()[b], B, batch.responseLength(b));
                    total += factor;
                }
            }
        }
        float[] result = new float[B * N];
        for (int j = 0; j < result.length; j++) {
            boolean mean = reduction == Reduction.MEAN_OVER_MASKED && total > 0;
            result[j] = (float) (mean ? weight[j] / total : weight[j]);
        }
        return result;
    }

    private static double perPosition(Reduction reduction, double sigma, int B, int N) {
        return switch (reduction) {
            case MDLM -> 1 / (sigma * B);
            case MDLM_PER_TOKEN -> 1 / (sigma * B * N);
            case MEAN_OVER_MASKED -> 1;
        };
    }

    /**
     * Cross-entropy of one position, the readable reference: {@code log sum_v exp(z_v) - z_target}, in nats.
     *
     * @param z {@code [V]} logits
     * @param target the clean token
     * @return at least 0
     */
    public static double crossEntropy(double[] z, int target) {
        return logSumExp(z) - z[target];
    }

    /**
     * Divergence {@code KL(p || q) = sum_v p_v (log p_v - log q_v)} of two softmax distributions, in nats.
     *
     * @param reference {@code [V]} logits of {@code p}, the frozen base
     * @param z {@code [V]} logits of {@code q}, the model in training
     * @return at least 0 up to rounding
     */
    public static double divergence(double[] reference, double[] z) {
        double logP = logSumExp(reference);
        double logQ = logSumExp(z);
        double sum = 0;
        for (int v = 0; v < z.length; v++) {
            sum += Math.exp(reference[v] - logP) * ((reference[v] - logP) - (z[v] - logQ));
        }
        return sum;
    }

    static double logSumExp(double[] z) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (double value : z) {
            sum += Math.exp(value - max);
        }
        return max + Math.log(sum);
    }
}
