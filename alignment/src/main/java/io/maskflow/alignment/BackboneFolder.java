package io.maskflow.alignment;

import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Writes a trained backbone as a folder in Hugging Face layout. */
final class BackboneFolder {

    private BackboneFolder() {}

    /**
     * Writes {@code model.safetensors} (float32) and copies {@code config.json} and {@code tokenizer.json}.
     *
     * @param source the folder that the backbone was made from
     * @param backbone weights
     * @param target made if missing
     * @throws IOException if a file cannot be written
     */
    static void write(Path source, TrainableBackbone backbone, Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : new String[] {"config.json", "tokenizer.json"}) {
            if (Files.exists(source.resolve(name))) {
                Files.copy(source.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
        backbone.weights().forEach(file::array);
        file.write(target.resolve("model.safetensors"));
    }
}
