package io.maskflow.experiments.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A file of JSON lines that survives a crash: a line is written whole and on the disk before the call returns. */
public final class JsonLines implements AutoCloseable {

    /** Writes and reads what a run leaves behind. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private final Path file;
    private final FileChannel channel;

    private JsonLines(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file at its end; it is made if it does not exist. A torn last line is removed first.
     *
     * @param file the file
     */
    public static JsonLines append(Path file) {
        retain(file, line -> true);
        try {
            return new JsonLines(file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /**
     * Writes one line.
     *
     * @param value what Jackson writes as one JSON object
     */
    public synchronized void add(Object value) {
        try {
            ByteBuffer line =
                    ByteBuffer.wrap((MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /**
     * Keeps the lines that pass, and drops a last line that a crash has torn. A broken line elsewhere is an error.
     *
     * @param file the file; nothing happens if it does not exist
     * @param keep whether a line stays
     */
    public static void retain(Path file, Predicate<JsonNode> keep) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            List<String> kept = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).isBlank()) {
                    continue;
                }
                JsonNode value = parse(file, lines, i);
                if (value != null && keep.test(value)) {
                    kept.add(lines.get(i));
                }
            }
            boolean whole = lines.isEmpty() || Files.size(file) == 0 || endsWithNewline(file);
            if (kept.size() == lines.size() && whole) {
                return;
            }
            DurableFile.write(file, draft -> Files.write(draft, kept, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rewrite " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /**
     * All lines; a torn last one is left out.
     *
     * @param file the file
     * @throws IllegalArgumentException if another line is no JSON object
     */
    public static List<JsonNode> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            List<JsonNode> values = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                JsonNode value = lines.get(i).isBlank() ? null : parse(file, lines, i);
                if (value != null) {
                    values.add(value);
                }
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + DurableFile.reason(e), e);
        }
    }

    private static JsonNode parse(Path file, List<String> lines, int i) {
        try {
            return MAPPER.readTree(lines.get(i));
        } catch (JsonProcessingException e) {
            if (i == lines.size() - 1) {
                return null;
            }
            throw new IllegalArgumentException("a line must be one JSON object (" + file + ":" + (i + 1) + ")", e);
        }
    }

    private static boolean endsWithNewline(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last, channel.size() - 1);
            return last.get(0) == '\n';
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }
}
