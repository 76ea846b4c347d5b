package io.maskflow.decoder.evotoken;

/**
 * What is fed at a position: {@code maskShare m + sum_c share_c E[token_c]}, the shares summing to 1.
 *
 * @param maskShare share of the mask embedding, in [0, 1]
 * @param tokens token ids
 * @param shares of the tokens
 * @paper EVO Embedding Assignment
 */
public record SoftToken(float maskShare, int[] tokens, float[] shares) {

    /**
     * The embedding of a position by its stage.
     *
     * @param stage of the position
     * @param alpha share of the mask embedding in {@link TokenStage#SOFT_WITH_MASK}
     * @param topIds the K most probable tokens
     * @param topProbabilities their probabilities, not all 0; they are divided by their sum
     * @param decoded the token of a decoded position
     */
    public static SoftToken of(TokenStage stage, double alpha, int[] topIds, double[] topProbabilities, int decoded) {
        return switch (stage) {
            case MASK -> new SoftToken(1f, new int[0], new float[0]);
            case SOFT_WITH_MASK -> mixed(alpha, topIds, topProbabilities);
            case SOFT -> mixed(0, topIds, topProbabilities);
            case DECODED -> new SoftToken(0f, new int[] {decoded}, new float[] {1f});
        };
    }

    private static SoftToken mixed(double alpha, int[] ids, double[] p) {
        double sum = 0;
        for (double each : p) {
            sum += each;
        }
        float[] shares = new float[p.length];
        for (int c = 0; c < p.length; c++) {
            shares[c] = (float) ((1 - alpha) * p[c] / sum);
        }
        return new SoftToken((float) alpha, ids, shares);
    }
}
