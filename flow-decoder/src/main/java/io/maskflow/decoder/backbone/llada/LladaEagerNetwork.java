package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.RotaryTable;
import io.maskflow.decoder.tensor.Checkpoint;

/**
 * LLaDA in plain array operations, float32: the readable reference that {@link LladaScriptNetwork} is compared with. It
 * computes all positions in every block and takes no short cut.
 */
public final class LladaEagerNetwork implements MaskedNetwork {

    private final LladaConfig config;
    private final BackboneInfo info;
    private final NDManager manager;
    private final NDList weights;
    private final RotaryTable rotary;

    /**
     * Loads the weights.
     *
     * @param manager owner of all; closed with this network
     * @param config the model
     * @param info what decoders are told
     * @param checkpoint its weights, checked here before any is read
     */
    public LladaEagerNetwork(NDManager manager, LladaConfig config, BackboneInfo info, Checkpoint checkpoint) {
        checkpoint.require(LladaWeights.shapes(config));
        this.config = config;
        this.info = info;
        this.manager = manager;
        this.rotary = new RotaryTable(manager, config.ropeTheta(), config.headSize());
        this.weights = LladaWeights.float32(manager, config, checkpoint);
    }

    @Override
    public BackboneInfo info() {
        return info;
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public int layers() {
        return config.layers();
    }

    @Override
    public NDArray embed(NDManager scope, NDArray ids) {
        NDArray rows = ids.getNDArrayInternal()
                .embedding(ids, weights.get(0), SparseFormat.DENSE)
                .singletonOrThrow();
        return handOver(rows, scope);
    }

    @Override
    public NDArray hidden(NDManager scope, NDArray embeddings, NDArray visible, int from, int to) {
        try (NDManager work = scope.newSubManager()) {
            NDArray x = blocks(work, embeddings, visible, config.layers());
            NDArray wanted =
                    norm(x, weights.get(1)).split(new long[] {from, to}, 1).get(1);
            return handOver(wanted, scope);
        }
    }

    @Override
    public NDArray logits(NDManager scope, NDArray hidden) {
        try (NDManager work = scope.newSubManager()) {
            return handOver(linear(in(work, hidden), weights.get(2)), scope);
        }
    }

    @Override
    public NDArray residual(NDManager scope, NDArray embeddings, int layers) {
        try (NDManager work = scope.newSubManager()) {
            return handOver(blocks(work, embeddings, null, layers).duplicate(), scope);
        }
    }

    private NDArray blocks(NDManager work, NDArray embeddings, NDArray visible, int layers) {
        long rows = embeddings.getShape().get(0);
        long length = embeddings.getShape().get(1);
        NDArray[] table = rotary.upTo(work, (int) length);
        NDArray closed = visible == null // [B, 1, 1, L]: 0 where seen, a huge negative number elsewhere
                ? null
                : in(work, visible)
                        .logicalNot()
                        .toType(DataType.FLOAT32, true)
                        .mul(-1e30f)
                        .reshape(rows, 1, 1, length);
        NDArray x = in(work, embeddings);
        for (int n = 0; n < layers; n++) {
            int at = 3 + n * LladaWeights.PER_BLOCK;
            NDArray h = norm(x, weights.get(at));
            NDArray q = rotate(heads(linear(h, weights.get(at + 1))), table);
            NDArray k = rotate(heads(linear(h, weights.get(at + 2))), table);
            NDArray v = heads(linear(h, weights.get(at + 3)));
            x = x.add(linear(attention(q, grouped(k), grouped(v), closed), weights.get(at + 4)));
            h = norm(x, weights.get(at + 5));
            NDArray gate = linear(h, weights.get(at + 6));
            NDArray silu = gate.mul(gate.getNDArrayInternal().sigmoid());
            x = x.add(linear(silu.mul(linear(h, weights.get(at + 7))), weights.get(at + 8)));
        }
        return x;
    }

    /** {@code x / sqrt(mean(x^2) + eps) * weight}. */
    private NDArray norm(NDArray x, NDArray weight) {
        NDArray meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add((float) config.normEpsilon()).sqrt()).mul(weight);
    }

    private static NDArray linear(NDArray x, NDArray weight) {
        return x.getNDArrayInternal().linear(x, weight, null).get(0);
    }

    /** {@code [B, L, H * D] -> [B, H, L, D]}. */
    private NDArray heads(NDArray y) {
        Shape shape = y.getShape();
        return y.reshape(shape.get(0), shape.get(1), -1, config.headSize()).transpose(0, 2, 1, 3);
    }

    /** {@code x cos + rotate_half(x) sin} with {@code rotate_half (a, b) = (-b, a)}; x is {@code [B, H, L, D]}. */
    private NDArray rotate(NDArray x, NDArray[] table) {
        long length = x.getShape().get(2);
        NDArray cos = table[0].reshape(length, config.headSize());
        NDArray sin = table[1].reshape(length, config.headSize());
        NDList halves = x.split(2, 3);
        NDArray rotated = halves.get(1).neg().concat(halves.get(0), 3);
        return x.mul(cos).add(rotated.mul(sin));
    }

    /** Key and value heads repeated so that every query head has its own. */
    private NDArray grouped(NDArray kv) {
        return config.keyValueHeads() == config.heads() ? kv : kv.repeat(1, config.heads() / config.keyValueHeads());
    }

    /** {@code softmax(q k^T / sqrt(D)) v}, heads side by side again: {@code [B, L, E]}. */
    private NDArray attention(NDArray q, NDArray k, NDArray v, NDArray closed) {
        NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(config.headSize()));
        if (closed != null) {
            scores = scores.add(closed);
        }
        NDArray o = scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3);
        return o.reshape(o.getShape().get(0), o.getShape().get(1), -1);
    }

    /** A second handle that belongs to {@code scope}, so that results of operations on it do too. */
    private static NDArray in(NDManager scope, NDArray array) {
        NDArray handle = array.reshape(array.getShape());
        handle.attach(scope);
        return handle;
    }

    private static NDArray handOver(NDArray result, NDManager scope) {
        result.attach(scope);
        return result;
    }

    @Override
    public void close() {
        rotary.close();
        manager.close();
    }
}
