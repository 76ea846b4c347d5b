package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.BackboneOptions;
import io.maskflow.decoder.backbone.BackboneOptions.Implementation;
import io.maskflow.decoder.backbone.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ModelFamily;
import io.maskflow.decoder.tensor.Checkpoint;
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
        return options.implementation() == Implementation.EAGER
                ? new LladaEagerNetwork(manager, llada, info, checkpoint)
                : new LladaScriptNetwork(manager, llada, info, checkpoint, options.precision() == Precision.BF16);
    }
}
