package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.RotaryTable;
import io.maskflow.decoder.tensor.BFloat16;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.LinkedHashMap;
import java.util.Map;

/** LLaDA as a TorchScript program with its weights as inputs; float32 or bfloat16. */
public final class LladaScriptNetwork implements MaskedNetwork {

    private static final NDList EVERYTHING_VISIBLE = new NDList();

    private final LladaConfig config;
    private final BackboneInfo info;
    private final NDManager manager;
    private final TorchScript program;
    private final NDList weights;
    private final RotaryTable rotary;

    /**
     * Loads the weights.
     *
     * @param manager owner of all; closed with this network
     * @param config the model
     * @param info what decoders are told
     * @param checkpoint its weights, checked here before any is read
     * @param bfloat16 compute in bfloat16 rather than float32
     */
    public LladaScriptNetwork(
            NDManager manager, LladaConfig config, BackboneInfo info, Checkpoint checkpoint, boolean bfloat16) {
        checkpoint.require(LladaWeights.shapes(config));
        this.config = config;
        this.info = info;
        this.manager = manager;
        this.program = TorchScript.loadResource(
                manager, LladaScriptNetwork.class, "llada.torchscript", attributes(config, bfloat16));
        this.rotary = new RotaryTable(manager, config.ropeTheta(), config.headSize());
        if (bfloat16) {
            try (BFloat16 maker = new BFloat16(manager)) {
                this.weights = LladaWeights.bfloat16(manager, config, checkpoint, maker);
            }
        } else {
            this.weights = LladaWeights.float32(manager, config, checkpoint);
        }
    }

    private static Map<String, Object> attributes(LladaConfig config, boolean bfloat16) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("layers", config.layers());
        attributes.put("heads", config.heads());
        attributes.put("head_size", config.headSize());
        attributes.put("grouped", config.keyValueHeads() != config.heads());
        attributes.put("eps", config.normEpsilon());
        attributes.put("widened", bfloat16);
        return attributes;
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
        return program.infer(scope, "embed", weights, ids).singletonOrThrow();
    }

    @Override
    public NDArray hidden(NDManager scope, NDArray embeddings, NDArray visible, int from, int to) {
        NDArray[] table = rotary.upTo(scope, (int) embeddings.getShape().get(1));
        NDList mask = visible == null ? EVERYTHING_VISIBLE : new NDList(visible);
        return program.infer(scope, "hidden", weights, embeddings, table[0], table[1], mask, from, to)
                .singletonOrThrow();
    }

    @Override
    public NDArray logits(NDManager scope, NDArray hidden) {
        return program.infer(scope, "logits", weights, hidden).singletonOrThrow();
    }

    @Override
    public NDArray residual(NDManager scope, NDArray embeddings, int layers) {
        int length = (int) embeddings.getShape().get(1);
        NDArray[] table = rotary.upTo(scope, length);
        return program.infer(
                        scope,
                        "residual",
                        weights,
                        embeddings,
                        table[0],
                        table[1],
                        EVERYTHING_VISIBLE,
                        layers,
                        0,
                        length)
                .singletonOrThrow();
    }

    @Override
    public void close() {
        rotary.close();
        program.close();
        manager.close();
    }
}
