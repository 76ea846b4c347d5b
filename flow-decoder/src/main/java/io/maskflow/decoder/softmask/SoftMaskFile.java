package io.maskflow.decoder.softmask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Learned parameters beside the model that they were learned with: {@value #NAME} in its folder. */
public final class SoftMaskFile {

    /** File name. */
    public static final String NAME = "soft_masking.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private SoftMaskFile() {}

    /** Whether a model folder has learned parameters. */
    public static boolean in(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /**
     * Reads the parameters of a model.
     *
     * @param folder of the model
     * @throws CheckpointException if the file is missing, damaged or out of range
     */
    public static SoftMask read(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            JsonNode tree = JSON.readTree(file.toFile());
            return new SoftMask(
                    number(tree, "omega_s"),
                    number(tree, "omega_a"),
                    number(tree, "omega_b"),
                    (int) number(tree, "k"),
                    number(tree, "temperature"));
        } catch (IOException | IllegalArgumentException wrong) {
            throw new CheckpointException(file + " cannot be read: " + wrong.getMessage(), wrong);
        }
    }

    private static double number(JsonNode tree, String name) {
        if (!tree.path(name).isNumber()) {
            throw new IllegalArgumentException(name + " must be a number, was " + tree.path(name));
        }
        return tree.get(name).doubleValue();
    }

    /**
     * Writes the parameters of a model.
     *
     * @param folder of the model
     * @param soft what was learned
     * @throws IOException if the file cannot be written
     */
    public static void write(Path folder, SoftMask soft) throws IOException {
        ObjectNode tree = JSON.createObjectNode();
        tree.put("omega_s", soft.omegaS());
        tree.put("omega_a", soft.omegaA());
        tree.put("omega_b", soft.omegaB());
        tree.put("k", soft.k());
        tree.put("temperature", soft.temperature());
        Files.writeString(
                folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n");
    }
}
