package io.maskflow.reward.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The rows of a data file: one JSON object per line, or one JSON array of objects; plain or gzip. A broken line is named by file
 * and line.
 */
public final class JsonRows {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonRows() {}

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
        return new Row(node, place);
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            PushbackInputStream in = new PushbackInputStream(raw, 2);
            byte[] magic = in.readNBytes(2);
            in.unread(magic);
            boolean packed = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
            return new BufferedReader(
                    new InputStreamReader(packed ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
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
