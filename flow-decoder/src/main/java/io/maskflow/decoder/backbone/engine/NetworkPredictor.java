package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;

/** A network that can be decoded with, and looked into by tests and conformance runs. */
public final class NetworkPredictor implements MaskPredictor, NetworkDiagnostics {

    private final MaskedNetwork network;
    private final Statistics statistics;
    private NDArray maskEmbedding;

    /**
     * Takes over a network.
     *
     * @param network closed with this predictor
     */
    public NetworkPredictor(MaskedNetwork network) {
        this.network = network;
        this.statistics = new Statistics(network.manager());
    }

    /** Looked up when the first session is opened: until then no weight is read. */
    private NDArray maskEmbedding() {
        if (maskEmbedding == null) {
            try (NDManager scope = network.manager().newSubManager()) {
                maskEmbedding = network.embed(
                                scope, scope.create(new long[] {network.info().maskId()}))
                        .reshape(network.info().embeddingSize());
                maskEmbedding.attach(network.manager());
            }
        }
        return maskEmbedding;
    }

    @Override
    public BackboneInfo info() {
        return network.info();
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
        return open(prompts, responseLength, attention, EngineSession.LOGITS_AT_ONCE);
    }

    /** A session whose output layer is computed in pieces of at most this many logits. */
    DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention, int logitsAtOnce) {
        PromptBatch batch = new PromptBatch(prompts);
        batch.check(info(), responseLength, attention.blockLength());
        return new EngineSession(network, statistics, maskEmbedding(), batch, responseLength, attention, logitsAtOnce);
    }

    @Override
    public float[] embeddings(int[][] ids) {
        try (NDManager scope = network.manager().newSubManager()) {
            return network.embed(scope, array(scope, ids)).toFloatArray();
        }
    }

    @Override
    public float[] logits(int[][] ids, boolean[][] visible, int blockLength) {
        try (NDManager scope = network.manager().newSubManager()) {
            return logits(scope, network.embed(scope, array(scope, ids)), visible, blockLength);
        }
    }

    @Override
    public float[] logitsOf(float[] embeddings, int rows, boolean[][] visible, int blockLength) {
        try (NDManager scope = network.manager().newSubManager()) {
            return logits(scope, array(scope, embeddings, rows), visible, blockLength);
        }
    }

    private float[] logits(NDManager scope, NDArray embeddings, boolean[][] visible, int blockLength) {
        int length = (int) embeddings.getShape().get(1);
        Passage all = Passage.whole(mask(scope, visible, blockLength, length), length, 0, length);
        NDArray hidden =
                network.hidden(scope, embeddings, all, network.layers()).singletonOrThrow();
        return network.logits(scope, hidden.reshape(-1, info().embeddingSize())).toFloatArray();
    }

    private NDArray mask(NDManager scope, boolean[][] visible, int blockLength, int length) {
        NDArray seen =
                visible == null ? null : scope.create(flat(visible, length), new Shape(visible.length, 1, length));
        if (blockLength == 0) {
            return seen;
        }
        NDArray one = scope.create(new long[1]);
        NDArray blocks = statistics.blockMask(scope, one, one, one, 0, length, length, blockLength);
        return seen == null
                ? blocks
                : blocks.logicalAnd(seen).logicalOr(scope.eye((int) length).toType(DataType.BOOLEAN, true));
    }

    @Override
    public float[] hidden(int[][] ids, int layer, int blockLength) {
        try (NDManager scope = network.manager().newSubManager()) {
            NDArray embeddings = network.embed(scope, array(scope, ids));
            int length = (int) embeddings.getShape().get(1);
            Passage all = Passage.whole(mask(scope, null, blockLength, length), length, 0, length);
            return network.hidden(scope, embeddings, all, layer)
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    @Override
    public int layers() {
        return network.layers();
    }

    @Override
    public int liveArrays() {
        return network.manager().getManagedArrays().size();
    }

    private NDArray array(NDManager scope, int[][] ids) {
        int length = ids.length == 0 ? 0 : ids[0].length;
        long[] flat = new long[ids.length * length];
        for (int row = 0; row < ids.length; row++) {
            if (ids[row].length != length) {
                throw new IllegalArgumentException(
                        "row " + row + " has " + ids[row].length + " ids, row 0 has " + length);
            }
            PromptBatch.requireIds(ids[row], info());
            for (int i = 0; i < length; i++) {
                flat[row * length + i] = ids[row][i];
            }
        }
        return scope.create(flat, new Shape(ids.length, length));
    }

    private NDArray array(NDManager scope, float[] embeddings, int rows) {
        int width = info().embeddingSize();
        if (rows < 1 || embeddings.length % (rows * width) != 0) {
            throw new IllegalArgumentException(
                    embeddings.length + " numbers are no " + rows + " rows of embeddings of width " + width);
        }
        return scope.create(embeddings, new Shape(rows, embeddings.length / rows / width, width));
    }

    private static boolean[] flat(boolean[][] rows, int length) {
        boolean[] flat = new boolean[rows.length * length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, flat, row * length, length);
        }
        return flat;
    }

    @Override
    public void close() {
        statistics.close();
        network.close();
    }
}
