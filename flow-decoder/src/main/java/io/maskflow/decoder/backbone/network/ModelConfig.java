package io.maskflow.decoder.backbone.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code config.json}, read field by field. Every refusal names the field, its value, what is accepted and the file. A
 * field that is {@code null} counts as absent.
 */
public final class ModelConfig {

    private static final int MOST_BLOCKS = 1000;

    private final Path file;
    private final JsonNode root;
    private final BackboneOverrides overrides;

    private ModelConfig(Path file, JsonNode root, BackboneOverrides overrides) {
        this.file = file;
        this.root = root;
        this.overrides = overrides;
    }

    /**
     * Reads {@code config.json} of a model folder.
     *
     * @param folder the folder
     * @return the file
     * @throws CheckpointException if there is none or it is no JSON object
     */
    public static ModelConfig read(Path folder) {
        return read(folder, BackboneOverrides.NONE);
    }

    /** The same with what is said of the model where it is named. */
    public static ModelConfig read(Path folder, BackboneOverrides overrides) {
        Path file = folder.resolve("config.json");
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException("there is no model folder " + folder);
        }
        if (!Files.exists(file)) {
            throw new CheckpointException(folder + " is no model folder: it has no config.json");
        }
        return new ModelConfig(file, json(file), overrides);
    }

    /** Another file of the folder that holds a JSON object, if it is there. */
    Optional<ModelConfig> beside(String name) {
        Path other = file.resolveSibling(name);
        return Files.exists(other) ? Optional.of(new ModelConfig(other, json(other), overrides)) : Optional.empty();
    }

    /** What is said of the model where it is named. */
    public BackboneOverrides overrides() {
        return overrides;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** A field that is there and not null; otherwise null. */
    JsonNode field(String name) {
        JsonNode node = root.path(name);
        return node.isMissingNode() || node.isNull() ? null : node;
    }

    /** Whether a field is not there or {@code null}. */
    public boolean isAbsent(String name) {
        return field(name) == null;
    }

    /** The refusal of a field: its value, and what is accepted in words. */
    CheckpointException refused(String name, String accepted) {
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

    /** The entries of a list; none if the field is absent. */
    public Iterable<JsonNode> list(String name) {
        JsonNode node = field(name);
        require(name, node == null || node.isArray(), "a list");
        return node == null ? List.of() : node;
    }

    /** A text, or the {@code content} of an object, if the field is there. */
    Optional<String> content(String name) {
        JsonNode node = field(name);
        JsonNode text = node != null && node.isObject() ? node.path("content") : node;
        return text != null && text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
    }

    /** A number, or the given value if absent. */
    public double number(String name, double otherwise) {
        JsonNode node = field(name);
        require(name, node == null || node.isNumber(), "a number");
        return node == null ? otherwise : node.doubleValue();
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

    /** The number of blocks of a network: from 1 to {@value #MOST_BLOCKS}. */
    public int blocks(String name) {
        int blocks = positive(name);
        require(name, blocks <= MOST_BLOCKS, "at most " + MOST_BLOCKS);
        return blocks;
    }

    /** A whole number of at least 0, or the given value if absent. */
    public int notNegative(String name, int otherwise) {
        JsonNode node = field(name);
        if (node == null) {
            return otherwise;
        }
        require(name, node.isInt() && node.intValue() >= 0, "a whole number of at least 0");
        return node.intValue();
    }

    /** A divisor of a whole number, by default that number: key and value heads of grouped attention. */
    public int divisor(String name, int of) {
        int value = positive(name, of);
        require(name, of % value == 0, "a divisor of " + of);
        return value;
    }

    /** {@code head_dim}, or the width divided by the heads if absent; even, so that channels can be rotated in pairs. */
    public int headSize(String widthField, String headsField) {
        int heads = positive(headsField);
        if (field("head_dim") == null) {
            require(
                    widthField,
                    positive(widthField) % (2L * heads) == 0,
                    "a multiple of twice " + headsField + " (" + heads + ")");
        }
        int size = positive("head_dim", positive(widthField) / heads);
        require("head_dim", size % 2 == 0, "an even number");
        return size;
    }

    /** Refuses weights that are stored in fewer bits than they are computed with. */
    public void notQuantized() {
        require(
                "quantization_config",
                field("quantization_config") == null,
                "absent (fp8, 8-bit and 4-bit weights are not computed: take the bfloat16 weights of the same model)");
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

    /** Token ids in the order of the file: one or a list; none if the field is absent. */
    List<Integer> idList(String name, int vocabulary) {
        JsonNode node = field(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            return List.of(id(name, vocabulary));
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode one : node) {
            boolean id = one.isInt() && one.intValue() >= 0 && one.intValue() < vocabulary;
            require(name, id, "token ids from 0 to " + (vocabulary - 1));
            ids.add(one.intValue());
        }
        require(name, !ids.isEmpty(), "at least one token id");
        return ids;
    }

    private static JsonNode json(Path file) {
        try {
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            if (root == null || !root.isObject()) {
                throw new CheckpointException(file + " is no JSON object");
            }
            return root;
        } catch (IOException | StackOverflowError damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }
}
