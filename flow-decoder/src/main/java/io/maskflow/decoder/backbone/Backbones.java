package io.maskflow.decoder.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.backbone.BackboneOptions.Implementation;
import io.maskflow.decoder.backbone.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.llada.LladaConfig;
import io.maskflow.decoder.backbone.llada.LladaEagerNetwork;
import io.maskflow.decoder.backbone.llada.LladaScriptNetwork;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return describe(folder, folder.toString(), config(folder));
    }

    private static LladaConfig config(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        config.require(
                "model_type",
                config.text("model_type").equals("llada"),
                "llada (the families this version can compute)");
        return LladaConfig.of(config);
    }

    private static BackboneInfo describe(Path folder, String name, LladaConfig llada) {
        return new BackboneInfo(
                name,
                "llada",
                llada.embeddingSize(),
                llada.width(),
                llada.maskId(),
                endIds(folder, llada),
                llada.padId(),
                llada.maxLength(),
                false,
                0);
    }

    private static NetworkPredictor open(Path folder, String name, BackboneOptions options) {
        LladaConfig llada = config(folder);
        Checkpoint checkpoint = Checkpoint.open(folder);
        BackboneInfo info = describe(folder, name, llada);
        NDManager manager = NDManager.newBaseManager(device(options.device()), "PyTorch");
        try {
            return new NetworkPredictor(
                    options.implementation() == Implementation.EAGER
                            ? new LladaEagerNetwork(manager, llada, info, checkpoint)
                            : new LladaScriptNetwork(
                                    manager, llada, info, checkpoint, options.precision() == Precision.BF16));
        } catch (RuntimeException failed) {
            manager.close();
            throw failed;
        }
    }

    /** The end token of the configuration, and the end-of-turn token if the tokenizer has one. */
    private static Set<Integer> endIds(Path folder, LladaConfig config) {
        Set<Integer> ids = new TreeSet<>(Set.of(config.endId()));
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
