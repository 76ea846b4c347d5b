package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.EagerNetwork;
import io.maskflow.decoder.tensor.Checkpoint;

/** LLaDA in plain array operations. */
public final class LladaEagerNetwork extends EagerNetwork {

    private final int headSize;

    /**
     * Loads the weights.
     *
     * @param manager owner of all; closed with this network
     * @param config the model
     * @param info what decoders are told
     * @param checkpoint its weights, checked here before any is read
     */
    public LladaEagerNetwork(NDManager manager, LladaConfig config, BackboneInfo info, Checkpoint checkpoint) {
        super(manager, LladaFamily.design(config), info, checkpoint);
        this.headSize = config.headSize();
    }

    @Override
    protected NDArray block(int n, NDArray x, Attention attention) {
        int at = 3 + n * LladaWeights.PER_BLOCK;
        NDArray h = norm(x, weight(at));
        NDArray q = heads(linear(h, weight(at + 1)), headSize);
        NDArray k = heads(linear(h, weight(at + 2)), headSize);
        NDArray v = heads(linear(h, weight(at + 3)), headSize);
        NDArray y = x.add(linear(attention.of(n, q, k, v), weight(at + 4)));
        return y.add(swiglu(norm(y, weight(at + 5)), at + 6));
    }
}
