package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ModelFamily;
import io.maskflow.decoder.backbone.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.Map;
import java.util.Set;

/** {@code model_type: llada}. */
public final class LladaFamily implements ModelFamily {

    /** For the service loader. */
    public LladaFamily() {}

    @Override
    public String modelType() {
        return "llada";
    }

    @Override
    public String architecture() {
        return "LLaDAModelLM";
    }

    @Override
    public BackboneInfo describe(String name, ModelConfig config) {
        LladaConfig llada = LladaConfig.of(config);
        return new BackboneInfo(
                name,
                modelType(),
                llada.embeddingSize(),
                llada.width(),
                llada.maskId(),
                Set.of(llada.endId()),
                llada.padId(),
                llada.maxLength(),
                false,
                0);
    }

    @Override
    public Design design(ModelConfig config) {
        return design(LladaConfig.of(config));
    }

    static Design design(LladaConfig llada) {
        return new Design(
                LladaFamily.class,
                "llada.torchscript",
                llada.layers(),
                llada.normEpsilon(),
                Map.of("heads", llada.heads(), "head_size", llada.headSize()),
                LladaWeights.list(llada),
                llada.ropeTheta(),
                llada.headSize());
    }

    @Override
    public MaskedNetwork reference(NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint) {
        return new LladaEagerNetwork(manager, LladaConfig.of(config), info, checkpoint);
    }
}
