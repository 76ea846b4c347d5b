package io.maskflow.experiments.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.Checkpoint;

/** MDLM in plain array operations. */
final class MdlmEagerNetwork extends EagerNetwork {

    private static final int PER_BLOCK = 10;
    private static final int BEFORE_BLOCKS = 10;
    private static final float EPSILON = 1e-5f;

    private final int headSize;

    MdlmEagerNetwork(NDManager manager, Design design, BackboneInfo info, Checkpoint checkpoint) {
        super(manager, design, info, checkpoint);
        this.headSize = design.rotarySize();
    }

    @Override
    protected NDArray block(int n, NDArray x, Attention attention) {
        int at = BEFORE_BLOCKS + n * PER_BLOCK;
        NDList m = modulation(x, at + 8, 6); // shift, scale, gate of attention, then of the MLP
        NDList qkv =
                linear(modulated(x, at, m.get(0), m.get(1)), weight(at + 1)).split(3, 2);
        NDArray q = heads(qkv.get(0), headSize);
        NDArray k = heads(qkv.get(1), headSize);
        NDArray v = heads(qkv.get(2), headSize);
        NDArray y = x.add(linear(attention.of(n, q, k, v), weight(at + 2)).mul(m.get(2)));
        NDArray h = gelu(affine(modulated(y, at + 3, m.get(3), m.get(4)), at + 4));
        return y.add(affine(h, at + 6).mul(m.get(5)));
    }

    @Override
    protected NDArray lastNorm(NDArray x) {
        NDList m = modulation(x, 4, 2);
        return modulated(x, 1, m.get(0), m.get(1));
    }

    @Override
    protected NDArray output(NDArray hidden) {
        return affine(hidden, 2);
    }

    /** The pieces of an adaLN layer for {@code c = silu(mlp(emb(0)))}; {@code emb(0)} is cosines of 0, then sines of 0. */
    private NDList modulation(NDArray x, int at, int pieces) {
        long frequencies = weight(6).getShape().get(1) / 2;
        NDArray ones = x.getManager().ones(new Shape(1, frequencies));
        NDArray embedding = ones.concat(x.getManager().zeros(new Shape(1, frequencies)), 1);
        NDArray c = silu(affine(silu(affine(embedding, 6)), 8));
        return affine(c, at).split(pieces, 1);
    }

    private NDArray affine(NDArray h, int at) {
        return linear(h, weight(at)).add(weight(at + 1));
    }

    /** {@code LayerNorm(x) (1 + scale) + shift}. */
    private NDArray modulated(NDArray x, int at, NDArray shift, NDArray scale) {
        NDArray centred = x.sub(x.mean(new int[] {-1}, true));
        NDArray variance = centred.square().mean(new int[] {-1}, true);
        NDArray h = centred.div(variance.add(EPSILON).sqrt()).mul(weight(at));
        return h.mul(scale.add(1f)).add(shift);
    }

    /** {@code x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
    private static NDArray gelu(NDArray x) {
        NDArray inner = x.add(x.pow(3).mul(0.044715f)).mul((float) Math.sqrt(2 / Math.PI));
        return x.mul(inner.tanh().add(1f)).mul(0.5f);
    }
}
