package io.maskflow.experiments.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Fingerprints of files and folders, for manifests. */
public final class Sha256 {

    private Sha256() {}

    /**
     * The hash of a file, or of a folder: of the sorted lines {@code hash  name} of the files directly in it, as
     * {@code sha256sum * | sha256sum} gives it.
     *
     * @param path an existing file or folder
     * @return 64 hexadecimal digits
     */
    public static String of(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                return ofFile(path);
            }
            StringBuilder lines = new StringBuilder();
            for (Path file : filesIn(path)) {
                lines.append(ofFile(file))
                        .append("  ")
                        .append(file.getFileName())
                        .append('\n');
            }
            return HexFormat.of().formatHex(digest().digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The hash of a text in UTF-8, as 64 hexadecimal digits. */
    public static String ofText(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String ofFile(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
