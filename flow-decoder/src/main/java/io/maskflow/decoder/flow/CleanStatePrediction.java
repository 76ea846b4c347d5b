package io.maskflow.decoder.flow;

import io.maskflow.decoder.RowPrediction;

/**
 * The model's estimate of the clean state for the positions a step looks at.
 *
 * <pre>
 *   X_pred = Embed(argmax f(X_in))      (XF Eq. 4)
 *   c_i    = max softmax(z_i)           (XF Eq. 9)
 * </pre>
 *
 * <p>The mask token has been taken out of {@code z_i} before: an estimate of the clean state cannot be the unknown state.
 * The embedding is looked up inside the engine; here it is named by its token.
 *
 * @param token {@code [length]} {@code argmax z_i}; ties go to the lowest id
 * @param confidence {@code [length]} {@code c_i} in [0, 1]
 * @param topProbability {@code [length * 4]} {@code p(1) .. p(4)}, descending
 * @paper XF Eq. 4
 * @paper XF Eq. 9
 */
public record CleanStatePrediction(int[] token, float[] confidence, float[] topProbability) {

    /** How many of the most probable tokens a step-size policy may look at ({@code k} of XF Eq. 13, 14). */
    public static final int TOP_K = 4;

    /**
     * Reads the estimate of the positions {@code [from, from + length)} of one row.
     *
     * @param seen what the model said; made with the mask token taken out and at least {@link #TOP_K} entries
     */
    static CleanStatePrediction of(RowPrediction seen, int from, int length) {
        int[] token = new int[length];
        float[] confidence = new float[length];
        float[] top = new float[length * TOP_K];
        for (int i = 0; i < length; i++) {
            token[i] = seen.argmax(from + i);
            confidence[i] = seen.confidence(from + i);
            for (int k = 0; k < TOP_K; k++) {
                top[i * TOP_K + k] = seen.topProbability(from + i, k);
            }
        }
        return new CleanStatePrediction(token, confidence, top);
    }
}
