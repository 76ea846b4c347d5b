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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
        if (!keep || !Files.isRegularFile(file)) {
            return new VerdictFile(appending(file, StandardOpenOption.TRUNCATE_EXISTING), List.of());
        }
        String whole = wholeLines(file);
        List<JsonNode> known = read(file, whole);
        Path copy = file.resolveSibling(
                file.getFileName() + ".part"); // beside it: whoever is interrupted here has lost nothing
        try (OutputStream raw = Files.newOutputStream(copy);
                OutputStream kept = packed(file) ? new GZIPOutputStream(raw) : raw) {
            kept.write(whole.getBytes(StandardCharsets.UTF_8));
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        return new VerdictFile(appending(file, StandardOpenOption.APPEND), known);
    }

    private static OutputStream appending(Path file, StandardOpenOption how) throws IOException {
        OutputStream raw = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
        return packed(file) ? new GZIPOutputStream(raw, 8192, true) : raw;
    }

    private static boolean packed(Path file) {
        return file.toString().endsWith(".gz");
    }

    /** The text of the lines that are whole. */
    private static String wholeLines(Path file) throws IOException {
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
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    private static List<JsonNode> read(Path file, String whole) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : whole.lines().toList()) {
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
        out.write((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
