package io.maskflow.decoder.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@code config.json}, read field by field. Every refusal names the field, its value, what is accepted and the file. A
 * field that is {@code null} counts as absent.
 */
public final class ModelConfig {

    private final Path file;
    private final JsonNode root;

    private ModelConfig(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads {@code config.json} of a model folder.
     *
     * @param folder the folder
     * @return the file
     * @throws CheckpointException if there is none or it is no JSON object
     */
    public static ModelConfig read(Path folder) {
        Path file = folder.resolve("config.json");
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException("there is no model folder " + folder);
        }
        if (!Files.exists(file)) {
            throw new CheckpointException(folder + " is no model folder: it has no config.json");
        }
        try {
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            if (root == null || !root.isObject()) {
                throw new CheckpointException(file + " is no JSON object");
            }
            return new ModelConfig(file, root);
        } catch (IOException damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    /** The file. */
    public Path file() {
        return file;
    }

    private JsonNode field(String name) {
        JsonNode node = root.path(name);
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    private CheckpointException refused(String name, String accepted) {
        JsonNode node = field(name);
        return new CheckpointException(
                file + ": " + name + " must be " + accepted + ", " + (node == null ? "is absent" : "was " + node));
    }

    /**
     * Refuses a field that does not fulfil a condition.
     *
     * @param name the field
     * @param fulfilled whether it does
     * @param accepted what is accepted, in words
     */
    public void require(String name, boolean fulfilled, String accepted) {
        if (!fulfilled) {
            throw refused(name, accepted);
        }
    }

    /**
     * Requires one value of a field.
     *
     * @param name the field
     * @param value a string, boolean or whole number
     */
    public void only(String name, Object value) {
        JsonNode node = field(name);
        boolean same = node != null
                && (value instanceof Boolean
                        ? node.isBoolean() && node.booleanValue() == (Boolean) value
                        : value instanceof Integer
                                ? node.isInt() && node.intValue() == (Integer) value
                                : node.isTextual() && node.textValue().equals(value));
        require(name, same, value + " (nothing else is implemented)");
    }

    /**
     * Requires one value of a field unless it is absent.
     *
     * @param name the field
     * @param value a string, boolean or whole number
     */
    public void onlyIfPresent(String name, Object value) {
        if (field(name) != null) {
            only(name, value);
        }
    }

    /**
     * Refuses a field that is there.
     *
     * @param name the field
     */
    public void absent(String name) {
        require(name, field(name) == null, "absent (it is not implemented)");
    }

    /** A text field that must be there. */
    public String text(String name) {
        JsonNode node = field(name);
        require(name, node != null && node.isTextual(), "a string");
        return node.textValue();
    }

    /** A whole number of at least 1 that must be there. */
    public int positive(String name) {
        JsonNode node = field(name);
        require(name, node != null && node.isInt() && node.intValue() >= 1, "a whole number of at least 1");
        return node.intValue();
    }

    /** A whole number of at least 1, or the given value if absent. */
    public int positive(String name, int otherwise) {
        return field(name) == null ? otherwise : positive(name);
    }

    /** A number above 0, or the given value if absent. */
    public double positiveNumber(String name, double otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        require(
                name,
                node.isNumber() && node.doubleValue() > 0 && Double.isFinite(node.doubleValue()),
                "a number above 0");
        return node.doubleValue();
    }

    /** A boolean, or the given value if absent. */
    public boolean flag(String name, boolean otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        require(name, node.isBoolean(), "true or false");
        return node.booleanValue();
    }

    /** A token id that must be there. */
    public int id(String name, int vocabulary) {
        JsonNode node = field(name);
        require(
                name,
                node != null && node.isInt() && node.intValue() >= 0 && node.intValue() < vocabulary,
                "a token id from 0 to " + (vocabulary - 1));
        return node.intValue();
    }

    /** A token id, or the given value if absent. */
    public int id(String name, int vocabulary, int otherwise) {
        return field(name) == null ? otherwise : id(name, vocabulary);
    }
}
