package io.maskflow.reward.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The rows of a data file: one JSON object per line, one JSON array of objects, objects that go over several lines, or the answer
 * of the hub's rows service; plain or gzip, UTF-8 or UTF-16. A field that is {@code NaN} (what Python writes for one that is
 * missing) counts as absent. A broken line is named by file and line; a file of another kind by its kind, with the line of Python
 * that converts it ({@link OtherFormats}).
 */
public final class JsonRows {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();
    private static final ObjectReader SEVERAL = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonRows() {}

    /** JSON on one line as Python writes it: {@code -Infinity} is a number. What is written is read here as it was. */
    static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The object of such a line. */
    static JsonNode object(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * One row.
     *
     * @param place file and line, for messages
     */
    public record Row(JsonNode json, String place) {
        /**
         * A field that must be text.
         *
         * @throws ProblemDataException if it is missing or no text
         */
        public String text(String field) {
            JsonNode node = json.get(field);
            if (node == null || !node.isTextual()) {
                throw new ProblemDataException(place + ": " + field + " must be a text, was " + shown(node));
            }
            return node.textValue();
        }

        /** A field that is text, or empty if the row does not have it. */
        public String textOrEmpty(String field) {
            return json.hasNonNull(field) ? text(field) : "";
        }

        /**
         * A field that is a list of texts; empty if the row does not have it.
         *
         * @throws ProblemDataException if it is anything else
         */
        public List<String> texts(String field) {
            JsonNode node = json.get(field);
            List<String> texts = new ArrayList<>();
            if (node == null || node.isNull()) {
                return texts;
            }
            for (JsonNode item :
                    node.isArray() ? node : MAPPER.createArrayNode().addNull()) {
                if (!item.isTextual()) {
                    throw new ProblemDataException(
                            place + ": " + field + " must be a list of texts, was " + shown(node));
                }
                texts.add(item.textValue());
            }
            return texts;
        }

        /**
         * A field that names the row: text or an integer.
         *
         * @throws ProblemDataException if it is missing or anything else
         */
        public String name(String... fields) {
            for (String field : fields) {
                JsonNode node = json.get(field);
                if (node != null && (node.isTextual() || node.isIntegralNumber())) {
                    return node.asText();
                }
            }
            throw new ProblemDataException(place + ": needs " + String.join(" or ", fields) + ", a text or an integer");
        }

        private static String shown(JsonNode node) {
            String text = node == null ? "missing" : node.toString();
            return text.length() > 60 ? text.substring(0, 60) + "..." : text;
        }
    }

    /** Takes one row after the other. */
    public interface Sink {
        void accept(Row row) throws IOException;
    }

    /**
     * Reads all rows of a file.
     *
     * @throws ProblemDataException if the file cannot be read or a line is broken
     */
    public static List<Row> read(Path file) {
        return read(file, broken -> {
            throw broken;
        });
    }

    /**
     * Reads the rows of a file that can be read.
     *
     * @param broken told of each line that cannot; may throw it
     * @throws ProblemDataException if the file cannot be read, or no row can
     */
    public static List<Row> read(Path file, Consumer<ProblemDataException> broken) {
        List<Row> rows = new ArrayList<>();
        try {
            stream(file, rows::add, broken);
        } catch (IOException e) {
            throw new ProblemDataException(file + ": cannot be read: " + reason(e), e);
        }
        if (rows.isEmpty()) {
            throw new ProblemDataException(file + ": has no rows");
        }
        return rows;
    }

    /**
     * Hands the rows of a file to a sink, without holding them all.
     *
     * @throws ProblemDataException if a line is broken
     * @throws IOException if the file cannot be read, or the sink fails so
     */
    public static void stream(Path file, Sink sink) throws IOException {
        stream(file, sink, broken -> {
            throw broken;
        });
    }

    private static void stream(Path file, Sink sink, Consumer<ProblemDataException> broken) throws IOException {
        try (BufferedReader reader = open(file)) {
            reader.mark(1);
            int first = reader.read();
            int number = 0;
            while (first == '\uFEFF' || first >= 0 && Character.isWhitespace(first)) {
                number += first == '\n' ? 1 : 0;
                reader.mark(1);
                first = reader.read();
            }
            reader.reset();
            if (first == '[') {
                array(file, reader, sink);
                return;
            }
            OtherFormats.refuse(file, first);
            if (first == '{' && wrapped(file)) {
                objects(file, number, reader, sink);
                return;
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    Optional<Row> row = row(line, file + ":" + number, broken);
                    if (row.isPresent()) {
                        sink.accept(row.get());
                    }
                }
            }
        }
    }

    /** Whether the first object goes on after its line, or is the envelope of the hub's rows service. */
    private static boolean wrapped(Path file) throws IOException {
        try (BufferedReader again = open(file)) {
            String line = again.readLine();
            while (line != null && line.replace("\uFEFF", "").isBlank()) {
                line = again.readLine();
            }
            return line != null && isEnvelope(MAPPER.readTree(line.replace("\uFEFF", "")));
        } catch (JsonEOFException goesOn) {
            return true;
        } catch (JsonProcessingException broken) {
            return false;
        }
    }

    private static boolean isEnvelope(JsonNode node) {
        return node.path("rows").path(0).path("row").isObject();
    }

    /** Objects one after the other, however they are broken into lines. */
    private static void objects(Path file, int before, BufferedReader reader, Sink sink) throws IOException {
        try (MappingIterator<JsonNode> values = SEVERAL.forType(JsonNode.class).readValues(reader)) {
            while (values.hasNextValue()) {
                int line = before + values.getParser().currentTokenLocation().getLineNr();
                JsonNode value = values.nextValue();
                if (!isEnvelope(value)) {
                    sink.accept(object(value, file + ":" + line));
                    continue;
                }
                for (JsonNode item : value.get("rows")) {
                    sink.accept(object(
                            item.path("row"),
                            file + " row " + item.path("row_idx").asText("?")));
                }
            }
        } catch (JsonProcessingException e) {
            throw new ProblemDataException(
                    file + ":" + (before + line(e)) + ": broken JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void array(Path file, BufferedReader reader, Sink sink) throws IOException {
        JsonNode all;
        try {
            all = MAPPER.readTree(reader);
        } catch (JsonProcessingException e) {
            throw new ProblemDataException(file + ":" + line(e) + ": broken JSON: " + e.getOriginalMessage(), e);
        }
        int index = 0;
        for (JsonNode node : all) {
            sink.accept(object(node, file + "[" + index++ + "]"));
        }
    }

    private static Optional<Row> row(String line, String place, Consumer<ProblemDataException> broken) {
        try {
            return Optional.of(object(MAPPER.readTree(line), place));
        } catch (JsonProcessingException e) {
            broken.accept(new ProblemDataException(place + ": broken JSON: " + e.getOriginalMessage(), e));
        } catch (ProblemDataException e) {
            broken.accept(e);
        }
        return Optional.empty();
    }

    private static Row object(JsonNode node, String place) {
        if (!node.isObject()) {
            throw new ProblemDataException(place + ": must be a JSON object, was " + Row.shown(node));
        }
        ((ObjectNode) node)
                .properties().stream()
                        .filter(field -> field.getValue().isDouble()
                                && Double.isNaN(field.getValue().doubleValue()))
                        .map(Map.Entry::getKey)
                        .toList()
                        .forEach(name -> ((ObjectNode) node).putNull(name));
        return new Row(node, place);
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            BufferedInputStream in = new BufferedInputStream(raw);
            byte[] start = start(in);
            OtherFormats.refuse(file, start);
            if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
                in = new BufferedInputStream(new GZIPInputStream(in));
                start = start(in);
            }
            return new BufferedReader(new InputStreamReader(in, encoding(start)));
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static byte[] start(InputStream in) throws IOException {
        in.mark(4);
        byte[] start = in.readNBytes(4);
        in.reset();
        return start;
    }

    /** By its byte order mark, or by the zero beside the first character; otherwise UTF-8. */
    private static Charset encoding(byte[] start) {
        if (start.length < 2) {
            return StandardCharsets.UTF_8;
        }
        boolean marked = start[0] == (byte) 0xfe && start[1] == (byte) 0xff
                || start[0] == (byte) 0xff && start[1] == (byte) 0xfe;
        return marked
                ? StandardCharsets.UTF_16
                : start[0] == 0
                        ? StandardCharsets.UTF_16BE
                        : start[1] == 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    }

    /** A short reason of a file error, for messages. */
    public static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "no permission";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
