package io.maskflow.experiments.training.filter;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.run.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of the solvable problems of a run, so that a resumed run need not find them again.
 *
 * @param file where they are kept
 */
record SolvableList(Path file) {

    private static final Logger LOG = LoggerFactory.getLogger(SolvableList.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The ids, or empty if they were never found. */
    Optional<Set<String>> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), new TypeReference<Set<String>>() {}));
        } catch (IOException damaged) {
            LOG.warn("{} cannot be read, the solvable problems are found again", file);
            return Optional.empty();
        }
    }

    /** Writes the ids; the file appears whole or not at all. */
    void write(List<String> ids) {
        DurableFile.write(file, draft -> JSON.writeValue(draft.toFile(), ids));
    }
}
