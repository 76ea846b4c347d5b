package io.maskflow.decoder.backbone.dream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.EagerNetwork;
import io.maskflow.decoder.backbone.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.Checkpoint;

/** Dream in plain array operations. */
final class DreamEagerNetwork extends EagerNetwork {

    private static final int PER_BLOCK = 12;

    private final int headSize;

    DreamEagerNetwork(NDManager manager, Design design, BackboneInfo info, Checkpoint checkpoint) {
        super(manager, design, info, checkpoint);
        this.headSize = design.rotarySize();
    }

    @Override
    protected NDArray block(int n, NDArray x, Attention attention) {
        int at = 3 + n * PER_BLOCK;
        NDArray h = norm(x, weight(at));
        NDArray q = heads(affine(h, at + 1), headSize);
        NDArray k = heads(affine(h, at + 3), headSize);
        NDArray v = heads(affine(h, at + 5), headSize);
        NDArray y = x.add(linear(attention.of(n, q, k, v), weight(at + 7)));
        return y.add(swiglu(norm(y, weight(at + 8)), at + 9));
    }

    private NDArray affine(NDArray h, int at) {
        return linear(h, weight(at)).add(weight(at + 1));
    }
}
