package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.tensor.CheckpointException;
import java.util.List;

/**
 * A kind of model folder: what {@code architectures} or {@code model_type} of a {@code config.json} names. Families register
 * as services; nothing here names one. How to add one: docs/ADD_A_MODEL.md.
 */
public interface ModelFamily {

    /** The {@code model_type} of its configurations. */
    String modelType();

    /** The entries of {@code architectures} that stand for it; they decide before {@link #modelType()} does. */
    List<String> architectures();

    /**
     * What is known without the weights.
     *
     * @param name for messages
     * @param config the configuration
     * @return ids, sizes, quirks
     * @throws CheckpointException if the configuration cannot be computed
     */
    BackboneInfo describe(String name, ModelConfig config);

    /**
     * The network: text, attributes, tensors.
     *
     * @param config the configuration
     * @throws CheckpointException if the configuration cannot be computed
     */
    ScriptNetwork.Design design(ModelConfig config);
}
