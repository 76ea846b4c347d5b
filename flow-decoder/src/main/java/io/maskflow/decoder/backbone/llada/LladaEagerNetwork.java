package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.Passage;
import io.maskflow.decoder.backbone.RotaryTable;
import io.maskflow.decoder.backbone.ScriptNetwork;
import io.maskflow.decoder.backbone.WeightList;
import io.maskflow.decoder.tensor.Checkpoint;

/**
 * LLaDA in plain array operations, float32: the readable reference that {@link ScriptNetwork} is compared with. It
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
        WeightList list = LladaWeights.list(config);
        list.check(checkpoint);
        this.config = config;
        this.info = info;
        this.manager = manager;
        this.rotary = new RotaryTable(manager, config.ropeTheta(), config.headSize());
        this.weights = list.load(manager, checkpoint, false);
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
    public NDList hidden(NDManager scope, NDArray embeddings, Passage passage, int layers) {
        NDList results = new NDList();
        try (NDManager work = scope.newSubManager()) {
            NDArray x = blocks(work, embeddings, passage, layers, results);
            x = layers == config.layers() ? norm(x, weights.get(1)) : x;
            NDArray wanted =
                    x.split(new long[] {passage.from(), passage.to()}, 1).get(1).duplicate();
            results.add(0, wanted);
            results.forEach(result -> handOver(result, scope));
            return results;
        }
    }

    @Override
    public NDArray logits(NDManager scope, NDArray hidden) {
        try (NDManager work = scope.newSubManager()) {
            return handOver(linear(in(work, hidden), weights.get(2)), scope);
        }
    }

    private NDArray blocks(NDManager work, NDArray embeddings, Passage passage, int layers, NDList kept) {
        int length = (int) embeddings.getShape().get(1);
        NDArray[] table = rotary.between(work, passage.first(), passage.first() + length);
        NDArray closed = passage.mask().isEmpty() // [B or 1, 1, 1 or L, K]: 0 where seen, a huge negative number elsewhere
                ? null
                : in(work, passage.mask().get(0))
                        .logicalNot()
                        .toType(DataType.FLOAT32, true)
                        .mul(-1e30f)
                        .expandDims(1);
        NDArray x = in(work, embeddings);
        for (int n = 0; n < layers; n++) {
            int at = 3 + n * LladaWeights.PER_BLOCK;
            NDArray h = norm(x, weights.get(at));
            NDArray q = rotate(heads(linear(h, weights.get(at + 1))), table).transpose(0, 2, 1, 3);
            NDArray k = rotate(heads(linear(h, weights.get(at + 2))), table);
            NDArray v = heads(linear(h, weights.get(at + 3)));
            if (passage.kept()) {
                kept.add(k);
                kept.add(v);
            }
            NDArray keys = grouped(amongPast(work, k, passage, 2 * n));
            NDArray values = grouped(amongPast(work, v, passage, 2 * n + 1));
            x = x.add(linear(attention(q, keys, values, closed), weights.get(at + 4)));
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

    /** {@code [B, L, H * D] -> [B, L, H, D]}. */
    private NDArray heads(NDArray y) {
        Shape shape = y.getShape();
        return y.reshape(shape.get(0), shape.get(1), -1, config.headSize());
    }

    /** {@code x cos + rotate_half(x) sin} with {@code rotate_half (a, b) = (-b, a)}; x is {@code [B, L, H, D]}. */
    private static NDArray rotate(NDArray x, NDArray[] table) {
        NDList halves = x.split(2, 3);
        NDArray rotated = halves.get(1).neg().concat(halves.get(0), 3);
        return x.mul(table[0]).add(rotated.mul(table[1]));
    }

    /** Keys or values of positions {@code 0 .. K}: the fed ones in their place between those kept earlier. */
    private static NDArray amongPast(NDManager work, NDArray fresh, Passage passage, int at) {
        if (passage.past().isEmpty()) {
            return fresh;
        }
        NDArray past = in(work, passage.past().get(at));
        long behind = passage.first() + fresh.getShape().get(1);
        NDList parts = past.split(new long[] {passage.first(), behind, passage.keysTo()}, 1);
        return NDArrays.concat(new NDList(parts.get(0), fresh, parts.get(2)), 1);
    }

    /** Key and value heads {@code [B, K, H', D]} repeated so that every query head has its own: {@code [B, H, K, D]}. */
    private NDArray grouped(NDArray kv) {
        NDArray heads = kv.transpose(0, 2, 1, 3);
        return config.keyValueHeads() == config.heads()
                ? heads
                : heads.repeat(1, config.heads() / config.keyValueHeads());
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
