package io.maskflow.experiments.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Files and folders that appear whole or not at all, whenever the process is killed or the machine loses power: they are
 * written beside their place under a name that ends in {@value #DRAFT}, forced to the disk, renamed, and the folder that
 * holds the new name is forced as well.
 */
public final class DurableFile {

    /** Ending of what is not finished. */
    static final String DRAFT = ".part";

    private DurableFile() {}

    /** Fills a draft. */
    public interface Writing {
        void write(Path draft) throws IOException;
    }

    /**
     * Writes a text in UTF-8.
     *
     * @param file replaced if it exists
     * @param text what it shall hold
     * @throws UncheckedIOException if it cannot be written; the old content then stands
     */
    public static void write(Path file, String text) {
        write(file, draft -> Files.write(draft, text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a file.
     *
     * @param file replaced if it exists
     * @param writing fills it
     * @throws UncheckedIOException if it cannot be written; the old content then stands
     */
    public static void write(Path file, Writing writing) {
        Path draft = file.resolveSibling(file.getFileName() + DRAFT);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            writing.write(draft);
            force(draft);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            discard(draft);
            throw new UncheckedIOException("cannot write " + file + ": " + reason(e), e);
        }
    }

    /**
     * Writes a folder of files.
     *
     * @param folder replaced if it exists
     * @param writing puts files into it
     * @throws UncheckedIOException if it cannot be written
     */
    public static void writeFolder(Path folder, Writing writing) {
        Path draft = folder.resolveSibling(folder.getFileName() + DRAFT);
        try {
            deleteTree(draft);
            Files.createDirectories(draft);
            writing.write(draft);
            try (Stream<Path> files = Files.list(draft)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            force(draft);
            deleteTree(folder);
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            force(folder.toAbsolutePath().getParent());
        } catch (IOException e) {
            discard(draft);
            throw new UncheckedIOException("cannot write " + folder + ": " + reason(e), e);
        }
    }

    /** Removes drafts that a killed process has left in a folder. */
    static void sweep(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> content = Files.list(folder)) {
            for (Path path : content.toList()) {
                if (path.getFileName().toString().endsWith(DRAFT)) {
                    deleteTree(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + folder + ": " + reason(e), e);
        }
    }

    /** Removes a file or a folder with all that is in it; nothing happens if it is not there. */
    public static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** A short reason of a file error, for messages. */
    public static String reason(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "no permission";
        }
        if (e instanceof java.nio.file.FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** A draft that could not be finished takes no room; if it cannot be removed either, a resume will. */
    private static void discard(Path draft) {
        try {
            deleteTree(draft);
        } catch (IOException stays) {
            // the first failure is the one to tell
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
