package io.maskflow.experiments.serving.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.maskflow.experiments.config.SettingNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;

/** The fields of a request's JSON, read one by one; what is of the wrong kind is refused by name. */
public final class Fields {

    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 40;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode body;

    private Fields(JsonNode body) {
        this.body = body;
    }

    /**
     * Reads a body.
     *
     * @throws Refusal if it is no JSON object in UTF-8
     */
    public static Fields of(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException wrong) {
            throw Refusal.body("the body must be text in UTF-8, it has bytes that are none");
        }
        try {
            JsonNode tree = JSON.readTree(text);
            if (!tree.isObject()) {
                throw Refusal.body("the body must be a JSON object, was " + kind(tree));
            }
            return new Fields(tree);
        } catch (JsonProcessingException broken) {
            String where = broken.getLocation() == null
                    ? ""
                    : " (line " + broken.getLocation().getLineNr() + ", column "
                            + broken.getLocation().getColumnNr() + ")";
            throw Refusal.body("the body must be JSON: " + firstLine(broken.getOriginalMessage()) + where);
        } catch (IOException impossible) {
            throw Refusal.body("the body cannot be read");
        }
    }

    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("it is broken");
        return line.length() > 160 ? line.substring(0, 160) + "…" : line;
    }

    /** Refuses fields that are not known. */
    public void only(Collection<String> known) {
        body.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String shown = name.length() > 60 ? name.substring(0, 60) + "…" : name;
                throw Refusal.field(
                        shown,
                        "unknown field \"" + shown + "\""
                                + SettingNames.nearest(shown, List.copyOf(known))
                                        .map(near -> ", did you mean " + near + "?")
                                        .orElse(""));
            }
        });
    }

    /** A field; absent and null are the same. */
    JsonNode get(String name) {
        return body.path(name).isNull() ? JSON.missingNode() : body.path(name);
    }

    boolean has(String name) {
        return !get(name).isMissingNode();
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw Refusal.field(name, name + " must be true or false, was " + kind(value));
        }
        return value.booleanValue();
    }

    /** A text, empty where it is not given. */
    public String text(String name) {
        JsonNode value = get(name);
        return value.isMissingNode() ? "" : text(name, value);
    }

    /** A text that can be encoded. */
    public static String text(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw Refusal.field(name, name + " must be text, was " + kind(value));
        }
        String text = value.textValue();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw Refusal.field(name, name + " must be text in UTF-8, it has half a surrogate pair");
        }
        return text;
    }

    /** A whole number in a range. */
    long whole(String name, long from, long to, long absent) {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return absent;
        }
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        if (!fits || value.longValue() < from || value.longValue() > to) {
            throw Refusal.field(
                    name, name + " must be a whole number in [" + from + ", " + to + "], was " + shown(value));
        }
        return value.longValue();
    }

    /** A number in a range, ends included. */
    OptionalDouble number(String name, double from, double to) {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || !(value.doubleValue() >= from && value.doubleValue() <= to)) {
            throw Refusal.field(name, name + " must be a number in [" + from + ", " + to + "], was " + shown(value));
        }
        return OptionalDouble.of(value.doubleValue());
    }

    /** One text or a list of them. */
    List<String> texts(String name, int most) {
        JsonNode value = get(name);
        List<String> texts = new ArrayList<>();
        if (value.isTextual()) {
            texts.add(text(name, value));
        } else if (value.isArray()) {
            value.forEach(one -> texts.add(text(name, one)));
        } else if (!value.isMissingNode()) {
            throw Refusal.field(name, name + " must be text or a list of texts, was " + kind(value));
        }
        if (texts.size() > most || texts.stream().anyMatch(String::isEmpty)) {
            throw Refusal.field(
                    name, name + " must be at most " + most + " texts, none of them empty, had " + texts.size());
        }
        return texts;
    }

    static String shown(JsonNode value) {
        if (!value.isNumber()) {
            return kind(value);
        }
        String text = value.asText();
        return text.length() > LONGEST_NUMBER ? "a number of " + text.length() + " digits" : text;
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case MISSING -> "nothing";
        };
    }
}
