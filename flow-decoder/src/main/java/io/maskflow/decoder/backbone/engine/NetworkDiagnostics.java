package io.maskflow.decoder.backbone.engine;

/**
 * A look inside a network, for conformance runs and tests only: whole logits and hidden states as Java arrays. Decoders
 * never use it.
 */
public interface NetworkDiagnostics {

    /** Blocks of the network. */
    int layers();

    /** Arrays of the engine that are alive at the moment: weights, tables, and those of open sessions. */
    int liveArrays();

    /**
     * Input embeddings.
     *
     * @param ids {@code [B][L]}
     * @return {@code [B, L, E]}
     */
    float[] embeddings(int[][] ids);

    /**
     * Logits of every position, without any shift.
     *
     * @param ids {@code [B][L]}
     * @param visible {@code [B][L]}, true where a position may be attended to, or null for everywhere
     * @param blockLength 0: full attention; otherwise the block length of a block-causal mask, counted from the left edge
     * @return {@code [B, L, V]}
     */
    float[] logits(int[][] ids, boolean[][] visible, int blockLength);

    /** The same with full attention. */
    default float[] logits(int[][] ids, boolean[][] visible) {
        return logits(ids, visible, 0);
    }

    /**
     * Logits of every position for given embeddings.
     *
     * @param embeddings {@code [B, L, E]}
     * @param rows B
     * @param visible as above
     * @param blockLength as above
     * @return {@code [B, L, V]}
     */
    float[] logitsOf(float[] embeddings, int rows, boolean[][] visible, int blockLength);

    /** The same with full attention. */
    default float[] logitsOf(float[] embeddings, int rows, boolean[][] visible) {
        return logitsOf(embeddings, rows, visible, 0);
    }

    /**
     * Hidden states.
     *
     * @param ids {@code [B][L]}
     * @param layer input of this block; {@link #layers()} for the state after the last norm
     * @param blockLength as above
     * @return {@code [B, L, E]}
     */
    float[] hidden(int[][] ids, int layer, int blockLength);

    /** The same with full attention. */
    default float[] hidden(int[][] ids, int layer) {
        return hidden(ids, layer, 0);
    }
}
