package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.tensor.CheckpointException;

/** A family whose network is the one text of {@link Transformer}: all it does is read a configuration. */
public interface TransformerFamily extends ModelFamily {

    /**
     * The description of a model.
     *
     * @param config the configuration
     * @throws CheckpointException naming the field, its value and what is accepted
     */
    Transformer transformer(ModelConfig config);

    @Override
    default ScriptNetwork.Design design(ModelConfig config) {
        return transformer(config).design();
    }

    @Override
    default BackboneInfo describe(String name, ModelConfig config) {
        Transformer network = transformer(config);
        TokenIds ids = TokenIds.find(config, network.vocabulary());
        return new BackboneInfo(
                name,
                modelType(),
                network.vocabulary(),
                network.width(),
                ids.mask(),
                ids.end(),
                ids.ends(),
                ids.pad(),
                network.maxLength(),
                config.overrides().logitsPredictNext(network.logitsPredictNext()),
                config.overrides().attention(network.attention()));
    }
}
