package io.maskflow.decoder.backbone;

/**
 * Statistics of {@code p_i = softmax(z_i)} for every response position, row-major over {@code [rows, N]}. For models
 * whose logits are for the next position the shift has been applied.
 *
 * @param argmax {@code [rows * N]} most probable token, ties go to the lowest id; the drawn one if
 *     {@link LogitRules#shaping()} draws
 * @param argmaxProbability {@code [rows * N]} probability of {@code argmax} after
 *     {@link LogitRules#suppressedInConfidence()}
 * @param topId {@code [rows * N * K]} the K most probable tokens, most probable first; empty without
 *     {@link LogitRules#topIds()}
 * @param topProbability {@code [rows * N * K]} their probabilities
 * @param logSumExp {@code [rows * N]}
 * @param entropy {@code [rows * N]} of the whole distribution, in nats
 * @param temperedEntropy {@code [rows * N]} of the distribution that {@link LogitRules#expectationTemperature()} asks for,
 *     in nats; empty if it is 0
 * @param k K
 */
public record Prediction(
        int[] argmax,
        float[] argmaxProbability,
        int[] topId,
        float[] topProbability,
        float[] logSumExp,
        float[] entropy,
        float[] temperedEntropy,
        int k) {

    /** Without an expected embedding. */
    public Prediction(
            int[] argmax,
            float[] argmaxProbability,
            int[] topId,
            float[] topProbability,
            float[] logSumExp,
            float[] entropy,
            int k) {
        this(argmax, argmaxProbability, topId, topProbability, logSumExp, entropy, new float[0], k);
    }
}
