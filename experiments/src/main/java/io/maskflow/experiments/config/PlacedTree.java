package io.maskflow.experiments.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A settings tree that remembers where each value was written.
 *
 * @param root the settings
 * @param places dotted path ({@code a.b}, {@code seeds[0]}) to {@code file:line} or {@code --set a.b=c}
 */
record PlacedTree(ObjectNode root, Map<String, String> places) {

    /** {@code path} below {@code parent}. */
    static String child(String parent, String key) {
        return parent.isEmpty() ? key : parent + "." + key;
    }

    /** Place of the value at a path, or of the nearest value around it. */
    String placeOf(String path) {
        return placeOf(path, places, "configuration");
    }

    /** The same among given places, {@code otherwise} if not even the root has one. */
    static String placeOf(String path, Map<String, String> places, String otherwise) {
        String at = path;
        while (!at.isEmpty()) {
            String place = places.get(at);
            if (place != null) {
                return place;
            }
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = cut < 0 ? "" : at.substring(0, cut);
        }
        return places.getOrDefault("", otherwise);
    }

    /**
     * These settings with others laid over them: objects are merged key by key, everything else is replaced. An object
     * whose {@code type} differs replaces the one below it whole, because its keys belong to another variant.
     */
    PlacedTree overlaidWith(PlacedTree upper) {
        Map<String, String> merged = new LinkedHashMap<>(places);
        ObjectNode target = root.deepCopy();
        overlay(target, upper.root, "", merged);
        merged.putAll(upper.places);
        if (places.containsKey("")) {
            merged.put("", places.get(""));
        }
        return new PlacedTree(target, merged);
    }

    /** The same rule for trees without places. */
    static ObjectNode overlay(ObjectNode lower, ObjectNode upper) {
        ObjectNode target = lower.deepCopy();
        overlay(target, upper, "", new LinkedHashMap<>());
        return target;
    }

    private static void overlay(ObjectNode target, ObjectNode upper, String path, Map<String, String> places) {
        Iterator<Map.Entry<String, JsonNode>> fields = upper.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            String at = child(path, field.getKey());
            JsonNode below = target.get(field.getKey());
            if (merges(below, field.getValue())) {
                overlay((ObjectNode) below, (ObjectNode) field.getValue(), at, places);
            } else {
                places.keySet().removeIf(known -> within(known, at));
                target.set(field.getKey(), field.getValue().deepCopy());
            }
        }
    }

    /** Whether a value laid over another is merged with it, key by key, and does not replace it. */
    static boolean merges(JsonNode lower, JsonNode upper) {
        return lower instanceof ObjectNode object && upper instanceof ObjectNode above && sameVariant(object, above);
    }

    /** Whether a path lies below another. */
    static boolean within(String path, String above) {
        return path.startsWith(above + ".") || path.startsWith(above + "[");
    }

    private static boolean sameVariant(ObjectNode lower, ObjectNode upper) {
        return !upper.has("type") || !lower.has("type") || upper.get("type").equals(lower.get("type"));
    }
}
