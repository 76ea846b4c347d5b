package io.maskflow.decoder.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.PeftAdapter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Opens base models: a folder in Hugging Face layout, or a built-in model by name. */
public final class Backbones {

    /** Names of tokens that end a turn of a chat. */
    private static final Set<String> ENDS_OF_TURN = Set.of("<|eot_id|>", "<|im_end|>", "<|role_end|>");

    private Backbones() {}

    /**
     * Opens a base model. The family is chosen by {@code model_type} of its {@code config.json}.
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
     * Opens a base model with an adapter worked into its weights.
     *
     * @param folder in Hugging Face layout
     * @param adapter folder in PEFT layout
     * @param options how it is computed
     * @return the model; the caller closes it
     * @throws CheckpointException as above, or if the adapter does not fit
     */
    public static NetworkPredictor open(Path folder, Path adapter, BackboneOptions options) {
        PeftAdapter fitting = PeftAdapter.open(adapter);
        return open(folder, folder + " with " + adapter, options, checkpoint -> checkpoint.with(fitting));
    }

    /**
     * What is known of a base model without its weights.
     *
     * @param folder in Hugging Face layout
     * @throws CheckpointException if its configuration is missing, damaged or of an unknown kind
     */
    public static BackboneInfo describe(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
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

    private static ModelFamily family(ModelConfig config) {
        boolean typed = !config.isAbsent("model_type") || config.isAbsent("architectures");
        String wanted = typed ? config.text("model_type") : config.firstText("architectures");
        List<String> known = new ArrayList<>();
        for (ModelFamily family : ServiceLoader.load(ModelFamily.class, Backbones.class.getClassLoader())) {
            String name = typed ? family.modelType() : family.architecture();
            if (name.equals(wanted)) {
                return family;
            }
            known.add(name);
        }
        throw config.refused(
                typed ? "model_type" : "architectures",
                String.join(" or ", known) + " (the families this version can compute)");
    }

    private static BackboneInfo describe(String name, ModelConfig config, ModelFamily family) {
        BackboneInfo info = family.describe(name, config);
        family.design(config);
        return new BackboneInfo(
                name,
                info.family(),
                info.vocabularySize(),
                info.embeddingSize(),
                info.maskId(),
                endIds(config, info),
                info.padId(),
                info.maxLength(),
                info.logitsPredictNext(),
                info.blockCausalLength());
    }

    private static NetworkPredictor open(Path folder, String name, BackboneOptions options) {
        return open(folder, name, options, UnaryOperator.identity());
    }

    private static NetworkPredictor open(
            Path folder, String name, BackboneOptions options, UnaryOperator<Checkpoint> adapted) {
        ModelConfig config = ModelConfig.read(folder);
        ModelFamily family = family(config);
        BackboneInfo info = describe(name, config, family);
        Checkpoint checkpoint = adapted.apply(Checkpoint.open(folder));
        NDManager manager = NDManager.newBaseManager(device(options.device()), "PyTorch");
        try {
            return new NetworkPredictor(family.network(manager, config, info, checkpoint, options));
        } catch (RuntimeException failed) {
            manager.close();
            throw failed;
        }
    }

    /** The end tokens of the configuration, and the tokens of the tokenizer that end a turn. */
    private static Set<Integer> endIds(ModelConfig config, BackboneInfo info) {
        Set<Integer> ids = new TreeSet<>(info.endIds());
        config.addedTokens().forEach((token, id) -> {
            if (ENDS_OF_TURN.contains(token) && id < info.vocabularySize()) {
                ids.add(id);
            }
        });
        return Set.copyOf(ids);
    }

    private static Device device(String name) {
        return name.equals("cpu")
                ? Device.cpu()
                : Device.gpu(name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0);
    }
}
