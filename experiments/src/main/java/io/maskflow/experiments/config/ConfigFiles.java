package io.maskflow.experiments.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a settings file into a record: includes composed, overrides applied, defaults filled in, everything checked.
 *
 * <p>{@code include:} takes a path or a list of paths, relative to the file it stands in, at any level of the file; later
 * files win over earlier ones, the file's own keys over all of them, objects are merged deeply. An object of another
 * {@code type} replaces the earlier one whole.
 */
public final class ConfigFiles {

    private static final ObjectMapper MAPPER = ConfigMapper.create();
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.\\[\\]]*");

    private ConfigFiles() {}

    /**
     * Loads a file.
     *
     * @param file YAML
     * @param overrides {@code key=value} with a dotted key, the value read as YAML; later ones win
     * @param type the record to read into
     * @return the checked record, the resolved tree and the file
     * @throws ConfigurationException with one line that says what must hold, what was found and where
     */
    public static <T> LoadedConfig<T> load(Path file, List<String> overrides, Class<T> type) {
        PlacedTree tree = YamlSource.read(file);
        for (String override : overrides) {
            tree = tree.overlaidWith(override(override));
        }
        T value = bind(tree, type);
        return new LoadedConfig<>(value, MAPPER.valueToTree(value), file, tree.places(), AskedCommand.NONE);
    }

    /**
     * The outermost keys of a file, those that it includes among them.
     *
     * @param file YAML
     * @throws ConfigurationException if it cannot be read
     */
    public static Set<String> keys(Path file) {
        Set<String> keys = new LinkedHashSet<>();
        YamlSource.read(file).root().fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /**
     * Reads a value given on the command line as it would stand in a file.
     *
     * @param option name of the option, without dashes
     * @param yaml its value
     * @param type what it is
     * @throws ConfigurationException as {@link #load}
     */
    public static <T> T option(String option, String yaml, Class<T> type) {
        String place = "--" + option;
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set(option, YamlSource.value(yaml, place));
        PlacedTree tree = new PlacedTree(root, Map.of("", place, option, place));
        return bind(tree, path -> path.value(option, type), node -> MAPPER.treeToValue(node, type));
    }

    /**
     * A configuration with another value, resolved anew.
     *
     * @param loaded where it comes from
     * @param value what it is now
     */
    public static <T> LoadedConfig<T> withValue(LoadedConfig<T> loaded, T value) {
        return new LoadedConfig<>(value, MAPPER.valueToTree(value), loaded.source(), loaded.places(), loaded.command());
    }

    /**
     * A value with some settings changed, by the rules of a file that includes another: mappings are merged, one of another
     * {@code type} replaces what was there.
     *
     * @param value what is changed
     * @param changes settings as in a file
     * @param type what it is and stays
     * @param place where the changes stand, for messages
     * @throws ConfigurationException as {@link #load}
     */
    public static <T> T changed(T value, ObjectNode changes, Class<T> type, String place) {
        ObjectNode before = JsonNodeFactory.instance.objectNode();
        before.set("changed", MAPPER.valueToTree(value));
        ObjectNode upper = JsonNodeFactory.instance.objectNode();
        upper.set("changed", changes);
        PlacedTree tree = new PlacedTree(PlacedTree.overlay(before, upper), Map.of("", place, "changed", place));
        return bind(tree, path -> path.value("changed", type), node -> MAPPER.treeToValue(node, type));
    }

    /** A tree as YAML text. */
    static String toYaml(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("settings cannot be written as YAML", e);
        }
    }

    /** A value as it is shown in a message: text in quotes, long things cut. */
    static String shown(Object value) {
        String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        return text.length() > 80 ? text.substring(0, 77) + "..." : text;
    }

    private static PlacedTree override(String override) {
        int equals = override.indexOf('=');
        String key = equals < 0 ? override : override.substring(0, equals).trim();
        if (equals < 1 || !key.matches("[^\\s.=]+(\\.[^\\s.=]+)*")) {
            throw new ConfigurationException(
                    "--set must look like key=value with a dotted key, was " + shown(override));
        }
        String place = "--set " + override;
        JsonNode value = YamlSource.value(override.substring(equals + 1), place);
        Map<String, String> places = new LinkedHashMap<>();
        String[] keys = key.split("\\.");
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode at = root;
        String path = "";
        for (int i = 0; i < keys.length; i++) {
            path = PlacedTree.child(path, keys[i]);
            if (i == keys.length - 1) {
                places.put(path, place);
                at.set(keys[i], value);
            } else {
                at = at.putObject(keys[i]);
            }
        }
        return new PlacedTree(root, places);
    }

    private static <T> T bind(PlacedTree tree, Class<T> type) {
        return bind(tree, shape -> shape.complete(type), node -> MAPPER.treeToValue(node, type));
    }

    private static <T> T bind(PlacedTree tree, Function<RecordShape, JsonNode> complete, Binding<T> binding) {
        try {
            return binding.bind(complete.apply(new RecordShape(MAPPER, tree)));
        } catch (JsonMappingException e) {
            throw new ConfigurationException(explain(e, tree), e);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(e.getOriginalMessage() + " (" + tree.placeOf("") + ")", e);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage() + " (" + tree.placeOf("") + ")", e);
        }
    }

    /** Jackson's last step. */
    private interface Binding<T> {
        T bind(JsonNode node) throws JsonProcessingException;
    }

    private static String explain(JsonMappingException e, PlacedTree tree) {
        String path = path(e);
        IllegalArgumentException range = cause(e, IllegalArgumentException.class);
        if (range != null && range.getMessage() != null) {
            // The message of a record names its component first: point at that one where the file has it.
            Matcher first = SETTING.matcher(range.getMessage());
            if (first.lookingAt()) {
                String named = PlacedTree.child(path, first.group());
                path = tree.root().at(pointer(named)).isMissingNode() ? path : named;
            }
            return range.getMessage() + where(tree, path);
        }
        if (cause(e, NullPointerException.class) != null) {
            return (path.isEmpty() ? "the configuration" : path) + " must be complete: "
                    + cause(e, NullPointerException.class).getMessage() + where(tree, path);
        }
        String last = path.isEmpty() ? "the configuration" : path.substring(path.lastIndexOf('.') + 1);
        JsonNode was = tree.root().at(pointer(path));
        String expected = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? kind(mismatch.getTargetType())
                : e instanceof InvalidFormatException ? "of another kind" : "readable";
        return last + " must be " + expected + ", was " + (was.isMissingNode() ? "missing" : shown(was))
                + where(tree, path);
    }

    private static String where(PlacedTree tree, String path) {
        return " (" + tree.placeOf(path) + (path.isEmpty() ? ")" : ": " + path + ")");
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (isUnwrapped(reference)) {
                continue; // a file does not know it
            }
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }

    private static boolean isUnwrapped(JsonMappingException.Reference reference) {
        Class<?> holder = reference.getFrom() instanceof Class<?> type
                ? type
                : reference.getFrom() == null
                        ? Object.class
                        : reference.getFrom().getClass();
        return holder.isRecord()
                && Arrays.stream(holder.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(reference.getFieldName())
                                && SettingComponents.unwrapped(component));
    }

    private static String pointer(String path) {
        return path.isEmpty()
                ? ""
                : "/" + path.replace("[", "/").replace("]", "").replace('.', '/');
    }

    private static <E extends Throwable> E cause(Throwable thrown, Class<E> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static String kind(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class || type == float.class || type == Float.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (CharSequence.class.isAssignableFrom(type) || Path.class.isAssignableFrom(type)) {
            return "text";
        }
        if (java.util.Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return "a mapping of keys to values";
    }
}
