package io.maskflow.decoder.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** Opens base models: a folder in Hugging Face layout, or a built-in model by name. */
public final class Backbones {

    private static final String END_OF_TURN = "<|eot_id|>";

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
     * What is known of a base model without its weights.
     *
     * @param folder in Hugging Face layout
     * @throws CheckpointException if its configuration is missing, damaged or of an unknown kind
     */
    public static BackboneInfo describe(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        return describe(folder, folder.toString(), config, family(config));
    }

    private static ModelFamily family(ModelConfig config) {
        String wanted = config.text("model_type");
        List<String> known = new ArrayList<>();
        for (ModelFamily family : ServiceLoader.load(ModelFamily.class, Backbones.class.getClassLoader())) {
            if (family.modelType().equals(wanted)) {
                return family;
            }
            known.add(family.modelType());
        }
        config.require(
                "model_type", false, String.join(" or ", known) + " (the families this version can compute)");
        throw new IllegalStateException("no model family can be loaded");
    }

    private static BackboneInfo describe(Path folder, String name, ModelConfig config, ModelFamily family) {
        BackboneInfo info = family.describe(name, config);
        return new BackboneInfo(
                name,
                info.family(),
                info.vocabularySize(),
                info.embeddingSize(),
                info.maskId(),
                endIds(folder, info.endIds()),
                info.padId(),
                info.maxLength(),
                info.logitsPredictNext(),
                info.blockCausalLength());
    }

    private static NetworkPredictor open(Path folder, String name, BackboneOptions options) {
        ModelConfig config = ModelConfig.read(folder);
        ModelFamily family = family(config);
        BackboneInfo info = describe(folder, name, config, family);
        Checkpoint checkpoint = Checkpoint.open(folder);
        NDManager manager = NDManager.newBaseManager(device(options.device()), "PyTorch");
        try {
            return new NetworkPredictor(family.network(manager, config, info, checkpoint, options));
        } catch (RuntimeException failed) {
            manager.close();
            throw failed;
        }
    }

    /** The end tokens of the configuration, and the end-of-turn token if the tokenizer has one. */
    private static Set<Integer> endIds(Path folder, Set<Integer> configured) {
        Set<Integer> ids = new TreeSet<>(configured);
        Path tokenizer = folder.resolve("tokenizer.json");
        if (Files.exists(tokenizer)) {
            try {
                for (JsonNode token :
                        new ObjectMapper().readTree(tokenizer.toFile()).path("added_tokens")) {
                    if (token.path("content").asText().equals(END_OF_TURN)) {
                        ids.add(token.path("id").asInt());
                    }
                }
            } catch (IOException damaged) {
                throw new CheckpointException(tokenizer + " cannot be read: " + damaged.getMessage(), damaged);
            }
        }
        return Set.copyOf(ids);
    }

    private static Device device(String name) {
        return name.equals("cpu")
                ? Device.cpu()
                : Device.gpu(name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0);
    }
}
