package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.BackboneOptions;
import io.maskflow.decoder.backbone.BackboneOptions.Implementation;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ModelFamily;
import io.maskflow.decoder.backbone.ScriptNetwork;
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
    public MaskedNetwork network(
            NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint, BackboneOptions options) {
        LladaConfig llada = LladaConfig.of(config);
        if (options.implementation() == Implementation.EAGER) {
            return new LladaEagerNetwork(manager, llada, info, checkpoint);
        }
        Design design = new Design(
                LladaFamily.class,
                "llada.torchscript",
                llada.layers(),
                llada.normEpsilon(),
                Map.of("heads", llada.heads(), "head_size", llada.headSize()),
                LladaWeights.list(llada),
                llada.ropeTheta(),
                llada.headSize());
        return new ScriptNetwork(manager, design, info, checkpoint, options.precision());
    }
}
