package io.maskflow.experiments.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.ScriptNetwork.Design;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.List;
import java.util.stream.IntStream;

/** The described transformer in plain array operations, its routing in plain Java. Weights are found by name. */
final class EagerTransformer extends EagerNetwork {

    private final Transformer network;
    private final List<String> order;

    EagerTransformer(NDManager manager, Transformer network, Design design, BackboneInfo info, Checkpoint checkpoint) {
        super(manager, design, info, checkpoint);
        this.network = network;
        this.order = network.weights().order();
    }

    @Override
    protected NDArray block(int n, NDArray x, Attention attention) {
        Cursor w = new Cursor(network.weights().blockOrder(n));
        NDArray h = norm(x, w.next());
        NDList qkv = projections(h, w);
        NDArray q = qkv.get(0);
        NDArray k = qkv.get(1);
        if (network.heads().normed()) {
            q = norm(q, w.next());
            k = norm(k, w.next());
        }
        NDArray y = x.add(
                affine(attention.of(n, q, k, qkv.get(2)), w, network.heads().outputBiased()));
        NDArray g = norm(y, w.next());
        return y.add(network.experts().in(n) ? mixture(g, w) : swiglu(g, w));
    }

    /** Queries, keys and values, each {@code [B, L, heads, D]}. */
    private NDList projections(NDArray h, Cursor w) {
        Transformer.Heads heads = network.heads();
        NDList parts = new NDList();
        if (network.names().projections().size() == 1) {
            long queries = (long) heads.queries() * heads.size();
            long keys = (long) heads.keys() * heads.size();
            parts.addAll(linear(h, w.next()).split(new long[] {queries, queries + keys}, 2));
        } else {
            for (int part = 0; part < 3; part++) {
                parts.add(affine(h, w, heads.biased()));
            }
        }
        NDList split = new NDList();
        parts.forEach(part -> split.add(heads(part, heads.size())));
        return split;
    }

    private NDArray affine(NDArray h, Cursor w, boolean biased) {
        NDArray y = linear(h, w.next());
        return biased ? y.add(w.next()) : y;
    }

    private NDArray swiglu(NDArray h, Cursor w) {
        NDArray gate = silu(linear(h, w.next()));
        return linear(gate.mul(linear(h, w.next())), w.next());
    }

    /** The shared experts and, for each token, the chosen ones with their weights. */
    private NDArray mixture(NDArray h, Cursor w) {
        Transformer.Experts experts = network.experts();
        NDArray tokens = h.reshape(-1, network.width()); // [M, E]
        int M = (int) tokens.getShape().get(0);
        int X = experts.count();
        NDArray z = linear(tokens, w.next()); // [M, X]
        float[] scores =
                (experts.softmax() ? z.softmax(-1) : z.getNDArrayInternal().sigmoid()).toFloatArray();
        float[] bias = experts.biased() ? w.next().toFloatArray() : new float[X];
        float[][] share = new float[X][M];
        for (int token = 0; token < M; token++) {
            double[] s = new double[X];
            for (int e = 0; e < X; e++) {
                s[e] = scores[token * X + e];
            }
            double[] weights = Routing.weights(experts, s, bias);
            for (int e = 0; e < X; e++) {
                share[e][token] = (float) weights[e];
            }
        }
        NDArray sum = experts.sharedWidth() > 0 ? swiglu(tokens, w) : tokens.zerosLike();
        for (int e = 0; e < X; e++) {
            sum = withExpert(sum, tokens, share[e], w);
        }
        return sum.reshape(h.getShape());
    }

    /** Adds one expert's answer for the tokens that chose it. */
    private NDArray withExpert(NDArray sum, NDArray tokens, float[] share, Cursor w) {
        int M = share.length;
        long[] mine = IntStream.range(0, M)
                .filter(token -> share[token] != 0)
                .asLongStream()
                .toArray();
        if (mine.length == 0) {
            w.skip(3);
            return sum;
        }
        NDArray y = swiglu(rows(tokens.getManager().create(mine), tokens), w); // [m, E]
        float[] place = new float[M * mine.length]; // [M, m]: row of token mine[j] takes share of column j
        for (int j = 0; j < mine.length; j++) {
            place[(int) mine[j] * mine.length + j] = share[(int) mine[j]];
        }
        return sum.add(
                tokens.getManager().create(place, new Shape(M, mine.length)).matMul(y));
    }

    /** The tensors of a block, one after the other. */
    private final class Cursor {
        private final int start;
        private int at;

        Cursor(List<String> names) {
            start = order.indexOf(names.get(0));
        }

        NDArray next() {
            return weight(start + at++);
        }

        void skip(int tensors) {
            at += tensors;
        }
    }
}
