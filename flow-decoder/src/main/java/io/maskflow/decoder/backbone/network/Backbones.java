package io.maskflow.decoder.backbone.network;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.PeftAdapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Opens base models: a folder in Hugging Face layout, or a built-in model by name. */
public final class Backbones {

    private Backbones() {}

    /**
     * Opens a base model. The family is chosen by {@code architectures} of its {@code config.json}, then by
     * {@code model_type}.
     *
     * @param folderOrName a folder, {@code builtin} or {@code builtin/NAME}
     * @param options how it is computed
     * @return the model; the caller closes it
     * @throws CheckpointException if files are missing, damaged or of an unknown kind; configuration and shapes are
     *     checked before any weight is read
     */
    public static NetworkPredictor open(String folderOrName, BackboneOptions options) {
        return open(BuiltinModels.folder(folderOrName), folderOrName, options);
    }

    /**
     * Opens a base model from a folder.
     *
     * @param folder in Hugging Face layout
     * @param options how it is computed
     * @return the model; the caller closes it
     * @throws CheckpointException as above
     */
    public static NetworkPredictor open(Path folder, BackboneOptions options) {
        return open(folder, folder.toString(), options);
    }

    /**
     * Opens a base model with all that may be said of it.
     *
     * @param folder in Hugging Face layout
     * @param adapter folder of an adapter in PEFT layout, worked into the weights
     * @param overrides what is said of the model where it is named
     * @param options how it is computed
     * @return the model; the caller closes it
     * @throws CheckpointException as above
     */
    public static NetworkPredictor open(
            Path folder, Optional<Path> adapter, BackboneOverrides overrides, BackboneOptions options) {
        Optional<PeftAdapter> fitting = adapter.map(PeftAdapter::open);
        return open(
                ModelConfig.read(folder, overrides),
                folder + adapter.map(path -> " with " + path).orElse(""),
                options,
                checkpoint -> fitting.map(checkpoint::with).orElse(checkpoint));
    }

    /**
     * What is known of a base model without its weights.
     *
     * @param folder in Hugging Face layout
     * @throws CheckpointException if its configuration is missing, damaged or of an unknown kind
     */
    public static BackboneInfo describe(Path folder) {
        return describe(folder, BackboneOverrides.NONE);
    }

    /** The same with what is said of the model where it is named. */
    public static BackboneInfo describe(Path folder, BackboneOverrides overrides) {
        ModelConfig config = ModelConfig.read(folder, overrides);
        return describe(folder.toString(), config, family(config));
    }

    /**
     * The network of a base model without its weights: tensors by name and shape, sizes.
     *
     * @param folder in Hugging Face layout
     * @throws CheckpointException as above
     */
    public static ScriptNetwork.Design design(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        return family(config).design(config);
    }

    /**
     * The description of a base model whose network is the one transformer text.
     *
     * @param folder in Hugging Face layout
     * @return empty for a family with a text of its own
     * @throws CheckpointException as above
     */
    public static Optional<Transformer> transformer(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        return family(config) instanceof TransformerFamily described
                ? Optional.of(described.transformer(config))
                : Optional.empty();
    }

    /**
     * Where the tokens of a base model were found; empty for a family whose configuration fixes them.
     *
     * @param folder in Hugging Face layout
     * @param overrides what is said of the model where it is named
     * @throws CheckpointException as above
     */
    public static Optional<TokenIds> tokens(Path folder, BackboneOverrides overrides) {
        ModelConfig config = ModelConfig.read(folder, overrides);
        return family(config) instanceof TransformerFamily described
                ? Optional.of(
                        TokenIds.find(config, described.transformer(config).vocabulary()))
                : Optional.empty();
    }

    /** {@code architectures} decides, then {@code model_type}. */
    private static ModelFamily family(ModelConfig config) {
        List<ModelFamily> known = new ArrayList<>();
        ServiceLoader.load(ModelFamily.class, Backbones.class.getClassLoader()).forEach(known::add);
        for (JsonNode architecture : config.list("architectures")) {
            for (ModelFamily family : known) {
                if (family.architectures().contains(architecture.asText())) {
                    return family;
                }
            }
        }
        for (ModelFamily family : known) {
            if (config.content("model_type").filter(family.modelType()::equals).isPresent()) {
                return family;
            }
        }
        boolean architectures = config.list("architectures").iterator().hasNext();
        throw config.refused(
                architectures ? "architectures" : "model_type",
                known.stream()
                                .map(family ->
                                        architectures ? family.architectures().get(0) : family.modelType())
                                .collect(Collectors.joining(" or "))
                        + " (the families that this version computes), model_type "
                        + config.content("model_type").orElse("absent")
                        + " says no other");
    }

    private static BackboneInfo describe(String name, ModelConfig config, ModelFamily family) {
        family.design(config);
        return family.describe(name, config);
    }

    private static NetworkPredictor open(Path folder, String name, BackboneOptions options) {
        return open(ModelConfig.read(folder), name, options, UnaryOperator.identity());
    }

    private static NetworkPredictor open(
            ModelConfig config, String name, BackboneOptions options, UnaryOperator<Checkpoint> adapted) {
        ModelFamily family = family(config);
        BackboneInfo info = describe(name, config, family);
        Checkpoint checkpoint = adapted.apply(Checkpoint.open(config.file().getParent()));
        NDManager manager = NDManager.newBaseManager(device(options.device()), "PyTorch");
        try {
            return new NetworkPredictor(
                    new ScriptNetwork(manager, family.design(config), info, checkpoint, options.precision()));
        } catch (RuntimeException failed) {
            manager.close();
            throw failed;
        }
    }

    /**
     * A device by name.
     *
     * @param name {@code cpu}, {@code gpu} or {@code gpu:N}
     */
    public static Device device(String name) {
        return name.equals("cpu")
                ? Device.cpu()
                : Device.gpu(name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0);
    }
}
