package io.maskflow.experiments.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ids of the solvable problems of a run, so that a resumed run need not find them again.
 *
 * @param file where they are kept
 */
record SolvableList(Path file) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The ids, or empty if they were never found. */
    Optional<Set<String>> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), new TypeReference<Set<String>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Writes the ids; the file appears whole or not at all. */
    void write(List<String> ids) {
        Path draft = file.resolveSibling(file.getFileName() + ".part");
        try {
            JSON.writeValue(draft.toFile(), ids);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
