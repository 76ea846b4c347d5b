package io.maskflow.experiments.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Walks a settings tree along the record type it is meant for, before it is bound: refuses keys that no record has,
 * writes a variant given by its bare name ({@code stepSize: policy}) as {@code {type: policy}}, and fills in what a
 * record's {@code defaults()} says.
 */
final class RecordShape {

    private final ObjectMapper mapper;
    private final PlacedTree source;

    RecordShape(ObjectMapper mapper, PlacedTree source) {
        this.mapper = mapper;
        this.source = source;
    }

    /** The tree of a record type, complete. */
    ObjectNode complete(Class<?> type) {
        return (ObjectNode) complete(mapper.constructType(type), source.root(), "");
    }

    /** The tree of one setting of any type, complete. */
    JsonNode value(String name, Class<?> type) {
        return complete(mapper.constructType(type), source.root().get(name), name);
    }

    /** What may be said of a base model beside its place. */
    private static final List<String> SAID = List.of("maskToken", "blockLength", "logitsShift", "tokenizer");

    private JsonNode complete(JavaType type, JsonNode node, String path) {
        if (node.isNull()) {
            return node;
        }
        Class<?> raw = type.getRawClass();
        if (type.isMapLikeType() && node instanceof ObjectNode map) {
            ObjectNode result = mapper.createObjectNode();
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                String at = PlacedTree.child(path, entry.getKey());
                result.set(entry.getKey(), complete(type.getContentType(), entry.getValue(), at));
            }
            return result;
        }
        if (type.isCollectionLikeType()) {
            if (!(node instanceof ArrayNode array)) {
                return complete(type.getContentType(), node, path);
            }
            ArrayNode result = mapper.createArrayNode();
            for (JsonNode element : array) {
                result.add(complete(type.getContentType(), element, path + "[" + result.size() + "]"));
            }
            return result;
        }
        JsonTypeInfo typeInfo = raw.getAnnotation(JsonTypeInfo.class);
        if (typeInfo != null && !raw.isRecord()) {
            return variant(raw, typeInfo.property(), node, path);
        }
        if (raw.isRecord() && node instanceof ObjectNode object) {
            Class<?> open = openChoiceOf(raw);
            return open == null ? record(type, object, path, null) : fixedVariant(open, raw, object, path);
        }
        return node;
    }

    /** The interface whose variants are told apart by a key and that this record is one of, or null. */
    private static Class<?> openChoiceOf(Class<?> raw) {
        for (Class<?> candidate : raw.getInterfaces()) {
            if (candidate.isAnnotationPresent(JsonTypeInfo.class)) {
                return candidate;
            }
        }
        return null;
    }

    /** A component that is one variant of an open choice: its type may be left out, but must not be another. */
    private JsonNode fixedVariant(Class<?> open, Class<?> raw, ObjectNode object, String path) {
        String property = open.getAnnotation(JsonTypeInfo.class).property();
        for (JsonSubTypes.Type variant : open.getAnnotation(JsonSubTypes.class).value()) {
            if (variant.value() == raw) {
                JsonNode given = object.get(property);
                if (given != null && !given.asText().equals(variant.name())) {
                    throw refused(property + " must be " + variant.name(), given, PlacedTree.child(path, property));
                }
                ObjectNode typed = object.deepCopy().put(property, variant.name());
                return record(mapper.constructType(raw), typed, path, property);
            }
        }
        throw new IllegalStateException(raw.getSimpleName() + " has no name among the variants of its interface");
    }

    private JsonNode variant(Class<?> open, String property, JsonNode node, String path) {
        ObjectNode object;
        if (node.isTextual()) {
            object = mapper.createObjectNode().set(property, node);
        } else if (node instanceof ObjectNode given) {
            object = given;
        } else {
            throw refused(last(path) + " must be a name or a mapping with the key " + property, node, path);
        }
        List<String> names = new ArrayList<>();
        JsonNode name = object.get(property);
        for (JsonSubTypes.Type variant : open.getAnnotation(JsonSubTypes.class).value()) {
            names.add(variant.name());
            if (name != null && name.isTextual() && variant.name().equals(name.textValue())) {
                return record(mapper.constructType(variant.value()), object, path, property);
            }
        }
        String accepted = last(path) + "." + property + " must be one of " + String.join(", ", names);
        if (name == null) {
            throw new ConfigurationException(accepted + ", was missing (" + source.placeOf(path) + ": " + path + ")");
        }
        throw refused(accepted, name, PlacedTree.child(path, property));
    }

    private ObjectNode record(JavaType type, ObjectNode written, String path, String typeProperty) {
        ObjectNode object = FormerNames.renamed(type.getRawClass(), written, path, source);
        List<RecordComponent> components = SettingComponents.of(type.getRawClass());
        List<String> known = components.stream().map(RecordComponent::getName).toList();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String key = entry.getKey();
            if (!known.contains(key) && !key.equals(typeProperty)) {
                String at = PlacedTree.child(path, key);
                String hint = SettingNames.nearest(key, known)
                        .map(name -> "did you mean \"" + name + "\"?")
                        .orElse(known.isEmpty() ? "nothing can be set here" : "known: " + String.join(", ", known));
                throw new ConfigurationException(
                        "unknown key \"" + key + "\", " + hint + " (" + source.placeOf(at) + ": " + at + ")");
            }
        }
        ObjectNode given = mapper.createObjectNode();
        if (typeProperty != null) {
            given.set(typeProperty, object.get(typeProperty));
        }
        for (RecordComponent component : components) {
            JsonNode value = object.get(component.getName());
            if (value != null && value.isNull()) {
                String at = PlacedTree.child(path, component.getName());
                throw new ConfigurationException(
                        component.getName() + " must have a value, was left blank (" + source.placeOf(at) + ": " + at
                                + "; without the line it keeps its default or what is included)");
            }
            if (value != null) {
                JavaType componentType = mapper.constructType(component.getGenericType());
                if (component.getName().equals("backbone") && value instanceof ObjectNode model) {
                    value = withAdapter(model, PlacedTree.child(path, "backbone"));
                }
                given.set(
                        component.getName(),
                        complete(componentType, value, PlacedTree.child(path, component.getName())));
            }
        }
        ObjectNode defaults = defaults(type.getRawClass());
        if (defaults == null) {
            requirePrimitives(components, given, path);
            return given;
        }
        return PlacedTree.overlay(defaults, given);
    }

    /**
     * {@code backbone: {folder: M, adapter: A, maskToken: T, blockLength: L, logitsShift: B, tokenizer: D}} in the one-line form
     * {@code M+A?maskToken=T&...}; {@code model} is another word for {@code folder}.
     */
    private JsonNode withAdapter(ObjectNode backbone, String path) {
        StringBuilder said = new StringBuilder();
        for (Map.Entry<String, JsonNode> entry : backbone.properties()) {
            boolean place = List.of("folder", "model", "adapter").contains(entry.getKey());
            if (place && entry.getValue().isTextual()) {
                continue;
            }
            if (place || !SAID.contains(entry.getKey()) || !entry.getValue().isValueNode()) {
                throw refused(
                        "backbone must be a name or folder, or have the keys folder (or model), adapter, "
                                + String.join(", ", SAID),
                        backbone,
                        PlacedTree.child(path, entry.getKey()));
            }
            said.append(said.length() == 0 ? '?' : '&')
                    .append(entry.getKey())
                    .append('=')
                    .append(entry.getValue().asText());
        }
        if (backbone.has("model") == backbone.has("folder")) {
            throw refused("backbone.model (or folder) must be given beside backbone's other keys", backbone, path);
        }
        String model = backbone.get(backbone.has("model") ? "model" : "folder").textValue();
        String adapter = backbone.has("adapter") ? "+" + backbone.get("adapter").textValue() : "";
        return new TextNode(model + adapter + said);
    }

    private void requirePrimitives(List<RecordComponent> components, ObjectNode given, String path) {
        for (RecordComponent component : components) {
            if (component.getType().isPrimitive() && !given.has(component.getName())) {
                throw new ConfigurationException(PlacedTree.child(path, component.getName())
                        + " must be given, was missing (" + source.placeOf(path) + ")");
            }
        }
    }

    private ObjectNode defaults(Class<?> type) {
        try {
            Method method = type.getDeclaredMethod("defaults");
            if (!Modifier.isStatic(method.getModifiers())
                    || !Modifier.isPublic(method.getModifiers())
                    || method.getReturnType() != type) {
                return null;
            }
            method.setAccessible(true);
            return mapper.valueToTree(method.invoke(null));
        } catch (NoSuchMethodException none) {
            return null;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the defaults of " + type.getSimpleName() + " cannot be made", e);
        }
    }

    private ConfigurationException refused(String must, JsonNode was, String path) {
        return new ConfigurationException(
                must + ", was " + ConfigFiles.shown(was) + " (" + source.placeOf(path) + ": " + path + ")");
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
