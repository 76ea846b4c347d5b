package io.maskflow.alignment.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.AttentionRule;

/**
 * Which positions of a training batch see which. Padding is seen by nobody; under a block-causal rule a position sees its own
 * and earlier blocks, counted as decoding counts them.
 */
public final class VisiblePositions {

    private VisiblePositions() {}

    /**
     * The mask of a batch.
     *
     * @param scope owner of the result
     * @param batch T positions a row, prompts padded on the left
     * @param attention the base model's rule
     * @return boolean, {@code [B, 1, T]} with full attention, else {@code [B, T, T]}: query, then key
     */
    public static NDArray of(NDManager scope, TrainingBatch batch, AttentionRule attention) {
        int B = batch.rows();
        int T = batch.inputIds()[0].length;
        int queries = attention.isFull() ? 1 : T;
        boolean[] seen = new boolean[B * queries * T];
        for (int b = 0; b < B; b++) {
            boolean[] visible = batch.visible()[b];
            int pads = 0;
            while (pads < T - batch.responseLength() && !visible[pads]) {
                pads++;
            }
            int prompt = T - batch.responseLength() - pads;
            for (int i = 0; i < queries; i++) {
                for (int j = 0; j < T; j++) {
                    // a query in the padding sees all, so that it stays a number
                    boolean earlier = attention.isFull()
                            || i < pads
                            || attention.block(j - pads, prompt) <= attention.block(i - pads, prompt);
                    seen[(b * queries + i) * T + j] = visible[j] && earlier;
                }
            }
        }
        return scope.create(seen, new Shape(B, queries, T));
    }
}
