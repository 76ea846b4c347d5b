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
        String at = path;
        while (!at.isEmpty()) {
            String place = places.get(at);
            if (place != null) {
                return place;
            }
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = cut < 0 ? "" : at.substring(0, cut);
        }
        return places.getOrDefault("", "configuration");
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
            if (below instanceof ObjectNode object
                    && field.getValue() instanceof ObjectNode above
                    && sameVariant(object, above)) {
                overlay(object, above, at, places);
            } else {
                places.keySet().removeIf(known -> known.startsWith(at + ".") || known.startsWith(at + "["));
                target.set(field.getKey(), field.getValue().deepCopy());
            }
        }
    }

    private static boolean sameVariant(ObjectNode lower, ObjectNode upper) {
        return !upper.has("type") || !lower.has("type") || upper.get("type").equals(lower.get("type"));
    }
}
