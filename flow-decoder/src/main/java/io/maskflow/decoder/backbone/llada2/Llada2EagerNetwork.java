package io.maskflow.decoder.backbone.llada2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.EagerNetwork;
import io.maskflow.decoder.backbone.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.stream.IntStream;

/** LLaDA2 in plain array operations, the routing in plain Java. */
final class Llada2EagerNetwork extends EagerNetwork {

    private final Llada2Config config;

    Llada2EagerNetwork(
            NDManager manager, Llada2Config config, Design design, BackboneInfo info, Checkpoint checkpoint) {
        super(manager, design, info, checkpoint);
        this.config = config;
    }

    @Override
    protected NDArray block(int n, NDArray x, Attention attention) {
        int dense = Math.min(n, config.denseLayers());
        int at = 3
                + n * config.attentionTensors()
                + 3 * dense
                + (n - dense) * config.sparseTensors();
        int after = at + config.attentionTensors();
        int D = config.headSize();
        long queries = (long) config.heads() * D;
        long keys = (long) config.keyValueHeads() * D;
        NDList qkv = linear(norm(x, weight(at)), weight(at + 1)).split(new long[] {queries, queries + keys}, 2);
        NDArray q = heads(qkv.get(0), D);
        NDArray k = heads(qkv.get(1), D);
        if (config.headNorms()) {
            q = norm(q, weight(at + 2));
            k = norm(k, weight(at + 3));
        }
        NDArray o = attention.of(n, q, k, heads(qkv.get(2), D));
        NDArray y = x.add(linear(o, weight(after - 2)));
        NDArray h = norm(y, weight(after - 1));
        return y.add(n < config.denseLayers() ? swiglu(h, after) : mixture(h, after));
    }

    /** The shared experts and, for each token, the chosen ones with their weights. */
    private NDArray mixture(NDArray h, int at) {
        NDArray tokens = h.reshape(-1, config.width()); // [M, E]
        int M = (int) tokens.getShape().get(0);
        int X = config.experts();
        float[] scores =
                linear(tokens, weight(at)).getNDArrayInternal().sigmoid().toFloatArray(); // [M, X]
        float[] bias = config.expertBias() ? weight(at + 1).toFloatArray() : new float[X];
        float[][] share = new float[X][M];
        for (int token = 0; token < M; token++) {
            double[] s = new double[X];
            for (int e = 0; e < X; e++) {
                s[e] = scores[token * X + e];
            }
            double[] weights = Routing.weights(config, s, bias);
            for (int e = 0; e < X; e++) {
                share[e][token] = (float) weights[e];
            }
        }
        int experts = at + config.sparseTensors() - 3 * X;
        NDArray sum = config.sharedWidth() > 0 ? swiglu(tokens, experts - 3) : tokens.zerosLike();
        for (int e = 0; e < X; e++) {
            sum = withExpert(sum, tokens, share[e], experts + 3 * e);
        }
        return sum.reshape(h.getShape());
    }

    /** Adds one expert's answer for the tokens that chose it. */
    private NDArray withExpert(NDArray sum, NDArray tokens, float[] share, int at) {
        int M = share.length;
        long[] mine = IntStream.range(0, M)
                .filter(token -> share[token] != 0)
                .asLongStream()
                .toArray();
        if (mine.length == 0) {
            return sum;
        }
        NDArray y = swiglu(rows(tokens.getManager().create(mine), tokens), at); // [m, E]
        float[] place = new float[M * mine.length]; // [M, m]: row of token mine[j] takes share of column j
        for (int j = 0; j < mine.length; j++) {
            place[(int) mine[j] * mine.length + j] = share[(int) mine[j]];
        }
        return sum.add(tokens.getManager().create(place, new Shape(M, mine.length)).matMul(y));
    }
}
