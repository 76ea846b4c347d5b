package io.maskflow.experiments.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.engine.MaskedNetwork;
import io.maskflow.decoder.backbone.engine.Passage;
import io.maskflow.decoder.backbone.network.RotaryTable;
import io.maskflow.decoder.backbone.network.ScriptNetwork;
import io.maskflow.decoder.tensor.Checkpoint;

/**
 * A network in plain array operations, float32: the readable reference that {@link ScriptNetwork} is compared with. It
 * computes all positions in every block and takes no short cut.
 */
abstract class EagerNetwork implements MaskedNetwork {

    private final ScriptNetwork.Design design;
    private final BackboneInfo info;
    private final NDManager manager;
    private final NDList weights;
    private final RotaryTable rotary;

    /**
     * Loads the weights.
     *
     * @param manager owner of all; closed with this network
     * @param design the network, as the script implementation has it
     * @param info what decoders are told
     * @param checkpoint its weights, checked here before any is read
     */
    protected EagerNetwork(NDManager manager, ScriptNetwork.Design design, BackboneInfo info, Checkpoint checkpoint) {
        design.weights().check(checkpoint);
        this.design = design;
        this.info = info;
        this.manager = manager;
        this.rotary = new RotaryTable(manager, design.ropeTheta(), design.rotarySize());
        this.weights = design.weights().load(manager, checkpoint, false);
    }

    /**
     * One block.
     *
     * @param n its number
     * @param x {@code [B, L, E]}, the residual stream before it
     * @param attention what positions see in this call
     * @return the residual stream after it
     */
    protected abstract NDArray block(int n, NDArray x, Attention attention);

    /** The last norm, {@code [B, L, E]}. */
    protected NDArray lastNorm(NDArray x) {
        return norm(x, weight(1));
    }

    /** The output layer, {@code [M, E]} to {@code [M, V]}. */
    protected NDArray output(NDArray hidden) {
        return linear(hidden, weight(2));
    }

    /** A weight by its place in the text's list. */
    protected final NDArray weight(int at) {
        return weights.get(at);
    }

    /** {@code x / sqrt(mean(x^2) + eps) * weight}. */
    protected final NDArray norm(NDArray x, NDArray weight) {
        NDArray meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add((float) design.epsilon()).sqrt()).mul(weight);
    }

    /** {@code x W^T}. */
    protected static NDArray linear(NDArray x, NDArray weight) {
        return x.getNDArrayInternal().linear(x, weight, null).get(0);
    }

    /** {@code x sigmoid(x)}. */
    protected static NDArray silu(NDArray x) {
        return x.mul(x.getNDArrayInternal().sigmoid());
    }

    /** {@code [B, L, H * D] -> [B, L, H, D]}. */
    protected static NDArray heads(NDArray y, int headSize) {
        Shape shape = y.getShape();
        return y.reshape(shape.get(0), shape.get(1), -1, headSize);
    }

    /** Rotations, masks and the cache of one call. */
    protected static final class Attention {
        private final NDManager work;
        private final Passage passage;
        private final NDArray[] table;
        private final NDArray closed; // [B or 1, 1, 1 or L, K]: 0 where seen, a huge negative number elsewhere; or null
        private final NDList kept = new NDList();

        private Attention(NDManager work, Passage passage, NDArray[] table) {
            this.work = work;
            this.passage = passage;
            this.table = table;
            this.closed = passage.mask().isEmpty()
                    ? null
                    : in(work, passage.mask().get(0))
                            .logicalNot()
                            .toType(DataType.FLOAT32, true)
                            .mul(-1e30f)
                            .expandDims(1);
        }

        /**
         * {@code softmax(q k^T / sqrt(D)) v} of rotated queries and keys.
         *
         * @param n the block
         * @param q {@code [B, L, H, D]}
         * @param k {@code [B, L, H', D]}
         * @param v {@code [B, L, H', D]}
         * @return heads side by side, {@code [B, L, H D]}
         */
        public NDArray of(int n, NDArray q, NDArray k, NDArray v) {
            NDArray turnedKeys = rotate(k);
            if (passage.kept()) {
                kept.add(turnedKeys);
                kept.add(v);
            }
            long share = q.getShape().get(2) / k.getShape().get(2);
            NDArray queries = rotate(q).transpose(0, 2, 1, 3);
            NDArray keys = repeated(amongPast(turnedKeys, 2 * n), share);
            NDArray values = repeated(amongPast(v, 2 * n + 1), share);
            NDArray scores = queries.matMul(keys.transpose(0, 1, 3, 2))
                    .div(Math.sqrt(q.getShape().get(3)));
            if (closed != null) {
                scores = scores.add(closed);
            }
            NDArray o = scores.softmax(-1).matMul(values).transpose(0, 2, 1, 3);
            return o.reshape(o.getShape().get(0), o.getShape().get(1), -1);
        }

        /** {@code x cos + rotate_half(x) sin} with {@code rotate_half (a, b) = (-b, a)}; further channels stay. */
        private NDArray rotate(NDArray y) {
            long turned = table[0].getShape().get(2);
            boolean partial = turned < y.getShape().get(3);
            NDList parts = partial ? y.split(new long[] {turned}, 3) : new NDList(y);
            NDArray x = parts.get(0);
            NDList halves = x.split(2, 3);
            NDArray rotated = halves.get(1).neg().concat(halves.get(0), 3);
            NDArray r = x.mul(table[0]).add(rotated.mul(table[1]));
            return partial ? r.concat(parts.get(1), 3) : r;
        }

        /** Keys or values of positions {@code 0 .. K}: the fed ones in their place between those kept earlier. */
        private NDArray amongPast(NDArray fresh, int at) {
            if (passage.past().isEmpty()) {
                return fresh;
            }
            NDArray past = in(work, passage.past().get(at));
            long behind = passage.first() + fresh.getShape().get(1);
            NDList parts = past.split(new long[] {passage.first(), behind, passage.keysTo()}, 1);
            return NDArrays.concat(new NDList(parts.get(0), fresh, parts.get(2)), 1);
        }

        /** {@code [B, K, H', D]} with every head repeated for the queries that share it: {@code [B, H, K, D]}. */
        private static NDArray repeated(NDArray kv, long share) {
            NDArray heads = kv.transpose(0, 2, 1, 3);
            return share == 1 ? heads : heads.repeat(1, share);
        }
    }

    @Override
    public final NDList hidden(NDManager scope, NDArray embeddings, Passage passage, int layers) {
        try (NDManager work = scope.newSubManager()) {
            int length = (int) embeddings.getShape().get(1);
            Attention attention =
                    new Attention(work, passage, rotary.between(work, passage.first(), passage.first() + length));
            NDArray x = in(work, embeddings);
            for (int n = 0; n < layers; n++) {
                x = block(n, x, attention);
            }
            x = layers == layers() ? lastNorm(x) : x;
            NDList results = new NDList(
                    x.split(new long[] {passage.from(), passage.to()}, 1).get(1).duplicate());
            results.addAll(attention.kept);
            results.forEach(result -> result.attach(scope));
            return results;
        }
    }

    @Override
    public final NDArray logits(NDManager scope, NDArray hidden) {
        try (NDManager work = scope.newSubManager()) {
            NDArray logits = output(in(work, hidden));
            logits.attach(scope);
            return logits;
        }
    }

    /** Rows {@code ids} (int64) of a matrix, in the manager of {@code ids}. */
    protected static NDArray rows(NDArray ids, NDArray matrix) {
        NDArray rows = ids.getNDArrayInternal()
                .embedding(ids, matrix, SparseFormat.DENSE)
                .singletonOrThrow();
        rows.attach(ids.getManager());
        return rows;
    }

    @Override
    public final NDArray embed(NDManager scope, NDArray ids) {
        NDArray rows = rows(ids, weight(0));
        rows.attach(scope);
        return rows;
    }

    /** A second handle that belongs to {@code scope}, so that results of operations on it do too. */
    private static NDArray in(NDManager scope, NDArray array) {
        NDArray handle = array.reshape(array.getShape());
        handle.attach(scope);
        return handle;
    }

    @Override
    public final BackboneInfo info() {
        return info;
    }

    @Override
    public final NDManager manager() {
        return manager;
    }

    @Override
    public final int layers() {
        return design.layers();
    }

    @Override
    public final void close() {
        rotary.close();
        manager.close();
    }
}
