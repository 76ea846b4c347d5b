package io.maskflow.experiments.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads YAML text into settings that know their line; composes {@code include:} and refuses what YAML lets pass. */
final class YamlSource {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String INCLUDE = "include";

    private YamlSource() {}

    /**
     * Reads a file and everything it includes.
     *
     * @throws ConfigurationException if a file is missing, is no YAML, or includes itself
     */
    static PlacedTree read(Path file) {
        return read(file, List.of());
    }

    private static PlacedTree read(Path file, List<Path> including) {
        Path identity = file.toAbsolutePath().normalize();
        if (including.contains(identity)) {
            throw new ConfigurationException("include must not lead back to the same file, was " + file + " ("
                    + including.get(including.size() - 1) + ": include)");
        }
        List<Path> chain = new ArrayList<>(including);
        chain.add(identity);
        return new Reading(file.toString(), path -> read(file.resolveSibling(path), chain)).read(text(file));
    }

    /** Reads the right-hand side of {@code --set key=value}. */
    static JsonNode value(String text, String place) {
        Reading reading = new Reading(place, included -> {
            throw new ConfigurationException("include must stand in a file, was given by " + place);
        });
        Node node = reading.compose(text);
        return node == null ? NODES.textNode("") : reading.convert(node, "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("no such configuration file: " + file, e);
        } catch (MalformedInputException e) {
            throw new ConfigurationException("configuration must be UTF-8 text: " + file, e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** One text being read. */
    private static final class Reading {
        private final String name;
        private final Function<String, PlacedTree> include;
        private final Map<String, String> places = new LinkedHashMap<>();
        private final Scalars scalars = new Scalars();
        private int depth;
        private int size;

        Reading(String name, Function<String, PlacedTree> include) {
            this.name = name;
            this.include = include;
        }

        PlacedTree read(String text) {
            places.put("", name);
            Node node = compose(text);
            if (node == null) {
                return new PlacedTree(NODES.objectNode(), places);
            }
            if (!(node instanceof MappingNode)) {
                throw new ConfigurationException("a configuration must be a mapping of keys to values, was "
                        + kind(node) + " (" + line(node) + ")");
            }
            return new PlacedTree((ObjectNode) convert(node, ""), places);
        }

        Node compose(String text) {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setMaxAliasesForCollections(50);
            try {
                return new Yaml(options).compose(new StringReader(text));
            } catch (MarkedYAMLException e) {
                Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
                String where = mark == null ? name : name + ":" + (mark.getLine() + 1);
                throw new ConfigurationException("not YAML: " + problem(e) + " (" + where + ")", e);
            } catch (YAMLException e) {
                throw new ConfigurationException("not YAML: " + firstLine(e.getMessage()) + " (" + name + ")", e);
            }
        }

        JsonNode convert(Node node, String path) {
            if (!path.isEmpty()) {
                places.put(path, line(node));
            }
            if (++depth > 100 || ++size > 100_000) {
                throw new ConfigurationException(
                        "settings must not be nested deeper than 100 nor have more than 100000 values (" + line(node)
                                + ")");
            }
            try {
                if (node instanceof MappingNode mapping) {
                    return mapping(mapping, path);
                }
                if (node instanceof SequenceNode sequence) {
                    ArrayNode array = NODES.arrayNode();
                    for (Node element : sequence.getValue()) {
                        array.add(convert(element, path + "[" + array.size() + "]"));
                    }
                    return array;
                }
                return scalar((ScalarNode) node);
            } finally {
                depth--;
            }
        }

        private ObjectNode mapping(MappingNode mapping, String path) {
            ObjectNode own = NODES.objectNode();
            ObjectNode below = NODES.objectNode();
            Map<String, Integer> lines = new HashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                ScalarNode keyNode = key(tuple, lines);
                if (keyNode.getTag().equals(Tag.MERGE)) {
                    for (JsonNode merged : each(convert(tuple.getValueNode(), path))) {
                        if (!merged.isObject()) {
                            throw new ConfigurationException("<< must name a mapping or a list of mappings, was "
                                    + ConfigFiles.shown(merged) + " (" + line(tuple.getValueNode()) + ")");
                        }
                        below = PlacedTree.overlay((ObjectNode) merged, below);
                    }
                } else if (keyNode.getValue().equals(INCLUDE)) {
                    below = included(tuple.getValueNode(), path, below);
                }
            }
            for (NodeTuple tuple : mapping.getValue()) {
                ScalarNode keyNode = (ScalarNode) tuple.getKeyNode();
                if (!keyNode.getTag().equals(Tag.MERGE) && !keyNode.getValue().equals(INCLUDE)) {
                    String at = PlacedTree.child(path, keyNode.getValue());
                    Map<String, String> before = new HashMap<>(places);
                    JsonNode value = convert(tuple.getValueNode(), at);
                    own.set(keyNode.getValue(), value);
                    if (!PlacedTree.merges(below.get(keyNode.getValue()), value)) {
                        // What an included file says further down is gone: nobody shall look for it there.
                        places.entrySet()
                                .removeIf(place -> PlacedTree.within(place.getKey(), at)
                                        && place.getValue().equals(before.get(place.getKey())));
                    }
                    // A block mapping starts on the line below its key; the key is what a reader looks for.
                    places.put(at, line(keyNode));
                }
            }
            return PlacedTree.overlay(below, own);
        }

        private ScalarNode key(NodeTuple tuple, Map<String, Integer> lines) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new ConfigurationException("a key must be plain text (" + line(tuple.getKeyNode()) + ")");
            }
            Integer before =
                    lines.putIfAbsent(key.getValue(), key.getStartMark().getLine() + 1);
            if (before != null) {
                throw new ConfigurationException("key \"" + key.getValue() + "\" must be given once, was given on line "
                        + before + " already (" + line(key) + ")");
            }
            return key;
        }

        private ObjectNode included(Node node, String path, ObjectNode start) {
            ObjectNode below = start;
            for (JsonNode file : each(convert(node, PlacedTree.child(path, INCLUDE)))) {
                if (!file.isTextual()) {
                    throw new ConfigurationException(
                            "include must name a file or a list of files, was " + file + " (" + line(node) + ")");
                }
                PlacedTree tree = included(file.textValue(), line(node));
                below = PlacedTree.overlay(below, tree.root());
                tree.places().forEach((key, place) -> {
                    if (!key.isEmpty()) {
                        places.put(PlacedTree.child(path, key), place);
                    }
                });
            }
            return below;
        }

        /** A file that is included; one that is not there is told at the line that asks for it. */
        private PlacedTree included(String file, String line) {
            try {
                return include.apply(file);
            } catch (ConfigurationException missing) {
                if (!(missing.getCause() instanceof NoSuchFileException)) {
                    throw missing;
                }
                throw new ConfigurationException(
                        "include must name an existing file, was " + file + " (" + line + ": include)", missing);
            }
        }

        private static Iterable<JsonNode> each(JsonNode node) {
            return node.isArray() ? node : List.of(node);
        }

        private JsonNode scalar(ScalarNode node) {
            Object value;
            try {
                value = scalars.construct(node);
            } catch (YAMLException | NumberFormatException e) {
                throw new ConfigurationException(
                        "cannot read the value " + node.getValue() + " (" + line(node) + ")", e);
            }
            if (value == null) {
                return NODES.nullNode();
            }
            if (value instanceof Boolean flag) {
                return NODES.booleanNode(flag);
            }
            if (value instanceof Integer whole) {
                return NODES.numberNode(whole);
            }
            if (value instanceof Long whole) {
                return NODES.numberNode(whole);
            }
            if (value instanceof BigInteger whole) {
                return NODES.numberNode(whole);
            }
            if (value instanceof Double real) {
                return NODES.numberNode(real);
            }
            return NODES.textNode(node.getValue());
        }

        private String line(Node node) {
            return name.startsWith("--")
                    ? name
                    : name + ":" + (node.getStartMark().getLine() + 1);
        }

        private static String kind(Node node) {
            return node instanceof SequenceNode ? "a list" : "a single value";
        }

        private static String problem(MarkedYAMLException e) {
            String problem = e.getProblem() == null ? "unreadable text" : firstLine(e.getProblem());
            return problem.contains("(TAB)") ? "a tab must not indent a line, use spaces" : problem;
        }

        private static String firstLine(String text) {
            return text == null ? "unreadable text" : text.lines().findFirst().orElse("");
        }
    }

    /** YAML's own reading of plain scalars, plus {@code 1e-3}, which YAML 1.1 takes for text. */
    private static final class Scalars extends SafeConstructor {
        Scalars() {
            super(new LoaderOptions());
        }

        Object construct(ScalarNode node) {
            boolean plain = node.getScalarStyle() == org.yaml.snakeyaml.DumperOptions.ScalarStyle.PLAIN;
            if (plain
                    && node.getTag().equals(Tag.STR)
                    && node.getValue().matches("[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+")) {
                return Double.valueOf(node.getValue());
            }
            if (node.getTag().equals(Tag.TIMESTAMP) || node.getTag().equals(Tag.BINARY)) {
                return node.getValue();
            }
            return constructObject(node);
        }
    }
}
