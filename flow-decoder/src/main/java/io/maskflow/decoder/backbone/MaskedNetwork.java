package io.maskflow.decoder.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The network of a base model, as tensors: what a model family implements, once fast and once readable. Sessions,
 * statistics and shifts are built on top and are the same for all.
 *
 * <p>Letters: B rows, L positions, E embedding width, V vocabulary, M any number of positions.
 */
public interface MaskedNetwork extends AutoCloseable {

    /** Ids, sizes, quirks. */
    BackboneInfo info();

    /** The manager that owns the weights; sessions make their own below it. */
    NDManager manager();

    /**
     * Looks tokens up.
     *
     * @param scope owner of the result
     * @param ids int64, any shape
     * @return float32, the shape of {@code ids} and E
     */
    NDArray embed(NDManager scope, NDArray ids);

    /**
     * Runs the network up to and including the last norm.
     *
     * @param scope owner of the result
     * @param embeddings {@code [B, L, E]} float32, not changed
     * @param visible {@code [B, L]} boolean, true where a position may be attended to, or null if all may
     * @param from first position wanted
     * @param to end of the positions wanted
     * @return {@code [B, to - from, E]} float32
     */
    NDArray hidden(NDManager scope, NDArray embeddings, NDArray visible, int from, int to);

    /**
     * The output layer.
     *
     * @param scope owner of the result
     * @param hidden {@code [M, E]} float32
     * @return logits {@code [M, V]} float32, fresh memory
     */
    NDArray logits(NDManager scope, NDArray hidden);

    /**
     * The residual stream before a block, for comparisons with published intermediate values.
     *
     * @param scope owner of the result
     * @param embeddings {@code [B, L, E]}
     * @param layers blocks already applied, 0 to the number of blocks
     * @return {@code [B, L, E]}, without the last norm
     */
    NDArray residual(NDManager scope, NDArray embeddings, int layers);

    /** Blocks of the network. */
    int layers();

    @Override
    void close();
}
