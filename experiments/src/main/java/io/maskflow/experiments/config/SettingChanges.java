package io.maskflow.experiments.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which settings differ between two resolved configurations. */
public final class SettingChanges {

    private SettingChanges() {}

    /**
     * Compares two trees.
     *
     * @param before resolved settings
     * @param after resolved settings
     * @return dotted keys with both values, such as {@code seed: 0 -> 2}, in the order of the file
     */
    public static List<String> between(JsonNode before, JsonNode after) {
        List<String> changes = new ArrayList<>();
        compare("", before, after, changes);
        return changes;
    }

    private static void compare(String path, JsonNode before, JsonNode after, List<String> changes) {
        if (before.equals(after)) {
            return;
        }
        if (!before.isObject() || !after.isObject()) {
            changes.add(path + ": " + shown(before) + " -> " + shown(after));
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            compare(path.isEmpty() ? name : path + "." + name, before.path(name), after.path(name), changes);
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "not set" : ConfigFiles.shown(value);
    }

    /**
     * A copy without some settings.
     *
     * @param tree resolved settings
     * @param keys dotted keys; one that is not there changes nothing
     */
    public static ObjectNode without(ObjectNode tree, Collection<String> keys) {
        ObjectNode copy = tree.deepCopy();
        for (String key : keys) {
            int dot = key.lastIndexOf('.');
            JsonNode parent =
                    dot < 0 ? copy : copy.at("/" + key.substring(0, dot).replace('.', '/'));
            if (parent instanceof ObjectNode object) {
                object.remove(key.substring(dot + 1));
            }
        }
        return copy;
    }
}
