package io.maskflow.decoder.backbone;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneOptions.Implementation;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;

/**
 * A model architecture: what {@code model_type} of a {@code config.json} names. A family is a package below this one that
 * registers its implementation as a service; nothing here names a family. How to add one: docs/ADD_A_MODEL.md.
 */
public interface ModelFamily {

    /** The {@code model_type} of its configurations. */
    String modelType();

    /** The entry of {@code architectures} that stands for it in a configuration without {@code model_type}. */
    String architecture();

    /**
     * What is known without the weights.
     *
     * @param name for messages
     * @param config the configuration
     * @return ids, sizes, quirks; the end ids are those of the configuration
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

    /**
     * The readable reference implementation.
     *
     * @param manager owner of the weights
     * @param config the configuration
     * @param info what {@link #describe} said, end ids completed
     * @param checkpoint the weights
     * @throws CheckpointException if tensors are missing or have another shape
     */
    MaskedNetwork reference(NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint);

    /**
     * Builds the network.
     *
     * @param manager owner of the weights
     * @param config the configuration
     * @param info what {@link #describe} said, end ids completed
     * @param checkpoint the weights
     * @param options how it is computed
     * @throws CheckpointException if tensors are missing or have another shape
     */
    default MaskedNetwork network(
            NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint, BackboneOptions options) {
        return options.implementation() == Implementation.EAGER
                ? reference(manager, config, info, checkpoint)
                : new ScriptNetwork(manager, design(config), info, checkpoint, options.precision());
    }
}
