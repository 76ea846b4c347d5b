package io.maskflow.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Verdicts as JSON lines, each on disk as soon as it is written: an interruption loses no line and leaves no half one behind for long. */
final class VerdictFile implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OutputStream out;
    private final List<JsonNode> known;

    private VerdictFile(OutputStream out, List<JsonNode> known) {
        this.out = out;
        this.known = known;
    }

    /**
     * Opens a file.
     *
     * @param keep whether to keep its whole lines; else it begins anew
     */
    static VerdictFile open(Path file, boolean keep) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        List<JsonNode> known = keep && Files.isRegularFile(file) ? lines(file) : List.of();
        OutputStream raw = Files.newOutputStream(file);
        VerdictFile opened = new VerdictFile(packed(file) ? new GZIPOutputStream(raw, 8192, true) : raw, known);
        for (JsonNode line : known) {
            opened.append(line);
        }
        opened.out.flush();
        return opened;
    }

    private static boolean packed(Path file) {
        return file.toString().endsWith(".gz");
    }

    /** The lines that are whole. */
    private static List<JsonNode> lines(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = packed(file) ? new GZIPInputStream(raw) : raw) {
            byte[] part = new byte[8192];
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                bytes.write(part, 0, n);
            }
        } catch (EOFException e) {
            // a stream that was cut short: what came before counts
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            try {
                lines.add(MAPPER.readTree(line));
            } catch (JsonProcessingException e) {
                throw new IOException(file + ":" + (lines.size() + 1) + ": is no verdict", e);
            }
        }
        return lines;
    }

    /** The lines that the file held already. */
    List<JsonNode> known() {
        return known;
    }

    void write(JsonNode line) throws IOException {
        append(line);
        out.flush();
    }

    private void append(JsonNode line) throws IOException {
        out.write((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
