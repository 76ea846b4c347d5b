package io.maskflow.experiments.docs;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.config.AskedCommand;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.config.SettingComponents;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What editors and readers know of settings, made from the records that settings are read into. */
final class SettingsPages {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BUDGET = "^ *[0-9]+ *(/ *[0-9]+ *)?$";

    private final SettingTexts texts = new SettingTexts();
    private final Map<String, Class<?>> sections = new LinkedHashMap<>();
    private ObjectNode definitions = JSON.createObjectNode();

    // --- the schema of a settings file ------------------------------------------------------------------------------

    /** A JSON Schema (draft 2020-12) as text. */
    String schema(Class<?> root) {
        definitions = JSON.createObjectNode();
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.setAll(type(JSON.constructType(root)));
        schema.set("$defs", definitions);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode type(JavaType type) {
        Class<?> raw = type.getRawClass();
        ObjectNode node = JSON.createObjectNode();
        if (raw == DecodingBudget.class) {
            ArrayNode forms = node.putArray("anyOf");
            forms.addObject().put("type", "string").put("pattern", BUDGET);
            forms.addObject().put("type", "integer").put("minimum", 1);
            return node;
        }
        if (type.isCollectionLikeType()) {
            ArrayNode forms = node.putArray("anyOf");
            forms.addObject().put("type", "array").set("items", type(type.getContentType()));
            forms.add(type(type.getContentType()));
            return node;
        }
        if (type.isMapLikeType()) {
            ArrayNode values =
                    node.put("type", "object").putObject("additionalProperties").putArray("anyOf");
            values.add(type(type.getContentType()));
            values.addObject().put("type", "null");
            return node;
        }
        if (raw.isEnum()) {
            ArrayNode names = node.putArray("enum");
            Arrays.stream(raw.getEnumConstants()).forEach(choice -> names.add(name((Enum<?>) choice)));
            return node;
        }
        if (raw.isAnnotationPresent(JsonTypeInfo.class) && !raw.isRecord()) {
            return reference(raw, () -> variants(raw));
        }
        if (raw.isRecord()) {
            return reference(raw, () -> record(raw, variantName(raw)));
        }
        if (JsonNode.class.isAssignableFrom(raw)) {
            return node;
        }
        return node.put("type", plain(raw));
    }

    private static String plain(Class<?> raw) {
        if (raw == boolean.class || raw == Boolean.class) {
            return "boolean";
        }
        if (raw == double.class || raw == Double.class || raw == float.class || raw == Float.class) {
            return "number";
        }
        return raw.isPrimitive() || Number.class.isAssignableFrom(raw) ? "integer" : "string";
    }

    /** Made once, however often it is used: settings may hold settings of their own kind. */
    private ObjectNode reference(Class<?> raw, java.util.function.Supplier<ObjectNode> making) {
        String name = sectionName(raw);
        if (!definitions.has(name)) {
            definitions.putObject(name); // holds the place while it is being made
            definitions.set(name, making.get());
        }
        return JSON.createObjectNode().put("$ref", "#/$defs/" + name);
    }

    private ObjectNode variants(Class<?> open) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode forms = node.putArray("anyOf");
        ArrayNode names = forms.addObject().putArray("enum");
        for (JsonSubTypes.Type variant : open.getAnnotation(JsonSubTypes.class).value()) {
            names.add(variant.name());
            forms.add(type(JSON.constructType(variant.value())));
        }
        return node;
    }

    private ObjectNode record(Class<?> raw, String variant) {
        ObjectNode node = JSON.createObjectNode();
        node.put("type", "object");
        node.put("description", texts.summary(raw));
        node.put("additionalProperties", false);
        ObjectNode properties = node.putObject("properties");
        ArrayNode include = properties
                .putObject("include")
                .put("description", "settings files that these are laid over")
                .putArray("anyOf");
        include.addObject().put("type", "string");
        include.addObject().put("type", "array").putObject("items").put("type", "string");
        if (!variant.isEmpty()) {
            properties.putObject("type").put("const", variant);
        }
        JsonNode defaults = defaults(raw);
        for (RecordComponent component : SettingComponents.of(raw)) {
            ObjectNode property = type(JSON.constructType(component.getGenericType()));
            if (component.getName().equals("backbone")) {
                property = backbone();
            }
            property.put("description", texts.of(raw, component.getName()));
            JsonNode value = defaults.get(component.getName());
            if (value != null && value.isValueNode()) {
                property.set("default", value);
            }
            properties.set(component.getName(), property);
        }
        if (!variant.isEmpty()) { // several variants may fit the other keys: the type tells them apart
            node.putArray("required").add("type");
        }
        return node;
    }

    private static ObjectNode backbone() {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode forms = node.putArray("anyOf");
        forms.addObject().put("type", "string");
        ObjectNode adapted = forms.addObject().put("type", "object").put("additionalProperties", false);
        ObjectNode keys = adapted.putObject("properties");
        keys.putObject("model").put("type", "string");
        keys.putObject("adapter").put("type", "string");
        return node;
    }

    // --- the page ---------------------------------------------------------------------------------------------------

    /**
     * {@code docs/SETTINGS.md}.
     *
     * @param roots command to the record of its settings
     */
    String page(Map<String, Class<?>> roots) {
        StringBuilder page = new StringBuilder(
                """
                # Settings

                Every key of every settings file, with its default. Made from the records and their Javadoc: `-Dmaskflow.docs=write` with
                `SettingsPagesTest` makes it again. Editors that know JSON Schema complete and check the same keys: the first line
                of each file in `configs/` names its schema in `configs/schema/`.

                `include:` takes a file or a list of files at any level; `--set a.b=c` overrides a key. Decoders with examples: DECODERS.md.
                """);
        roots.forEach((command, type) -> {
            page.append("\n## ").append(command).append("\n\n");
            section(page, type);
        });
        page.append("\n# Parts\n");
        for (int done = 0; done < sections.size(); ) {
            String name = sections.keySet().stream().skip(done).findFirst().orElseThrow();
            done++;
            page.append("\n## ").append(name).append("\n\n");
            section(page, sections.get(name));
        }
        return page.toString();
    }

    private void section(StringBuilder page, Class<?> type) {
        if (!type.isRecord()) {
            page.append("One of, by `type:`\n\n");
            for (JsonSubTypes.Type variant :
                    type.getAnnotation(JsonSubTypes.class).value()) {
                page.append("* `")
                        .append(variant.name())
                        .append("`: ")
                        .append(link(variant.value()))
                        .append('\n');
            }
            return;
        }
        String summary = texts.summary(type);
        page.append(summary)
                .append(summary.isEmpty() ? "" : "\n\n")
                .append("| key | default | meaning |\n| --- | --- | --- |\n");
        JsonNode defaults = defaults(type);
        for (RecordComponent component : SettingComponents.of(type)) {
            JavaType kind = JSON.constructType(component.getGenericType());
            JavaType inner = kind.isContainerType() ? kind.getContentType() : kind;
            Class<?> raw = inner.getRawClass();
            boolean part =
                    raw != DecodingBudget.class && (raw.isRecord() || raw.isAnnotationPresent(JsonTypeInfo.class));
            JsonNode value = defaults.get(component.getName());
            page.append("| `")
                    .append(component.getName())
                    .append("` | ")
                    .append(value == null || part && !value.isValueNode() ? "" : "`" + shown(value) + "`")
                    .append(" | ")
                    .append(texts.of(type, component.getName()).replace("|", "\\|"))
                    .append(part ? "; " + link(raw) : "")
                    .append(" |\n");
        }
    }

    private static String shown(JsonNode value) {
        return value.isTextual() && !value.asText().isEmpty()
                ? value.asText().replace("\n", "\\n").replace("|", "\\|")
                : value.toString();
    }

    private String link(Class<?> type) {
        String name = sectionName(type);
        sections.putIfAbsent(name, type);
        return "see [" + name + "](#" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "") + ")";
    }

    // --- names and defaults -----------------------------------------------------------------------------------------

    private static String sectionName(Class<?> type) {
        String simple = type.getSimpleName();
        return type.getEnclosingClass() == null
                ? simple
                : type.getEnclosingClass().getSimpleName() + "-" + simple;
    }

    private static String variantName(Class<?> raw) {
        return variantName(raw, raw);
    }

    private static String variantName(Class<?> place, Class<?> raw) {
        for (Class<?> open : place.getInterfaces()) {
            JsonSubTypes variants = open.getAnnotation(JsonSubTypes.class);
            for (JsonSubTypes.Type variant : variants == null ? new JsonSubTypes.Type[0] : variants.value()) {
                if (variant.value() == raw) {
                    return variant.name();
                }
            }
            String above = variantName(open, raw);
            if (!above.isEmpty()) {
                return above;
            }
        }
        return "";
    }

    private static String name(Enum<?> choice) {
        return choice.toString().equals(choice.name()) ? choice.name().toLowerCase(Locale.ROOT) : choice.toString();
    }

    private static JsonNode defaults(Class<?> type) {
        try {
            Method defaults = type.getDeclaredMethod("defaults");
            defaults.setAccessible(true);
            LoadedConfig<Object> none = new LoadedConfig<>(null, null, Path.of(""), Map.of(), AskedCommand.NONE);
            return ConfigFiles.withValue(none, defaults.invoke(null)).resolved();
        } catch (NoSuchMethodException none) {
            return JSON.createObjectNode();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
