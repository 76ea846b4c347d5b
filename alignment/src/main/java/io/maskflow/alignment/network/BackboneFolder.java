package io.maskflow.alignment.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.PeftAdapter;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Writes a backbone as a folder in Hugging Face layout. */
public final class BackboneFolder {

    /** What belongs to a tokenizer, where it is there. */
    private static final List<String> TOKENIZER = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "special_tokens_map.json",
            "vocab.json",
            "merges.txt",
            "added_tokens.json");

    private BackboneFolder() {}

    /**
     * Writes {@code model.safetensors} (float32) and copies configuration and tokenizer.
     *
     * @param source the folder that the backbone was made from
     * @param backbone weights
     * @param target made if missing
     * @throws IOException if a file cannot be written
     */
    public static void write(Path source, TrainableBackbone backbone, Path target) throws IOException {
        copyCompanions(source, target);
        SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
        backbone.weights().forEach(file::array);
        file.write(target.resolve("model.safetensors"));
    }

    /**
     * Writes a model with adapters worked in, float32, in a file of its own for a model that fits into one.
     *
     * @param base folder of the model
     * @param adapter folder in PEFT layout
     * @param target made if missing
     * @throws IOException if a file cannot be written
     * @throws io.maskflow.decoder.tensor.CheckpointException if they do not fit each other
     */
    public static void merge(Path base, Path adapter, Path target) throws IOException {
        Checkpoint merged = Checkpoint.open(base).with(PeftAdapter.open(adapter));
        copyCompanions(base, target);
        SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (String name : merged.names()) {
                try (NDArray tensor = merged.floatArray(manager, name)) {
                    file.array(name, tensor);
                }
            }
        }
        file.write(target.resolve("model.safetensors"));
    }

    /**
     * Copies the tokenizer of another folder beside a model.
     *
     * @param source folder of the tokenizer
     * @param target folder of the model
     * @throws IOException if a file cannot be written
     */
    public static void copyTokenizer(Path source, Path target) throws IOException {
        copy(TOKENIZER, source, target);
    }

    private static void copyCompanions(Path source, Path target) throws IOException {
        copy(List.of("config.json", "generation_config.json"), source, target);
        copy(TOKENIZER, source, target);
    }

    private static void copy(List<String> names, Path source, Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : names) {
            if (Files.exists(source.resolve(name))) {
                Files.copy(source.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
