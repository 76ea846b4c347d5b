package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;

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
     * Runs the network, or its first blocks.
     *
     * @param scope owner of the results
     * @param embeddings {@code [B, L, E]} float32 of the fed positions, not changed
     * @param passage where they stand, what they attend to, which are wanted
     * @param layers blocks to apply; with {@link #layers()} the last norm follows
     * @return {@code [B, to - from, E]} float32; and, if the passage is kept, rotated keys and values of every block
     *     applied: {@code k0, v0, k1, v1 ...}, each {@code [B, L, heads, D]}
     */
    NDList hidden(NDManager scope, NDArray embeddings, Passage passage, int layers);

    /**
     * The output layer.
     *
     * @param scope owner of the result
     * @param hidden {@code [M, E]} float32
     * @return logits {@code [M, V]} float32, fresh memory
     */
    NDArray logits(NDManager scope, NDArray hidden);

    /** Blocks of the network. */
    int layers();

    @Override
    void close();
}
