package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that a bit-exact resume needs: {@code checkpoints/step-NNNNNN/} with {@code state.safetensors} (weights and
 * both moments) and {@code state.json} (steps done, fingerprint of the settings, checksum of the state). A folder appears under its name only
 * when it is complete. The data order needs no state: it is a function of the step.
 */
final class TrainingCheckpoint {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingCheckpoint.class);
    private static final String STATE = "state.safetensors";
    private static final String CHECKSUM = "crc32c";
    private static final int KEPT = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private TrainingCheckpoint() {}

    /**
     * Writes a checkpoint and deletes all but the newest {@value #KEPT}.
     *
     * @param run folder of the run
     * @param step steps done
     * @param fingerprint settings under which it is valid
     * @param state float32 tensors by name
     * @throws IOException if it cannot be written
     */
    static void write(Path run, long step, String fingerprint, Map<String, NDArray> state) throws IOException {
        Path checkpoints = Files.createDirectories(run.resolve("checkpoints"));
        Path complete = checkpoints.resolve(String.format(Locale.ROOT, "step-%06d", step));
        Path growing = checkpoints.resolve("growing");
        delete(growing);
        Files.createDirectory(growing);
        SafetensorsWriter file = new SafetensorsWriter(Map.of());
        state.forEach(file::array);
        file.write(growing.resolve(STATE));
        JSON.writeValue(
                growing.resolve("state.json").toFile(),
                JSON.createObjectNode()
                        .put("step", step)
                        .put("fingerprint", fingerprint)
                        .put(CHECKSUM, checksum(growing.resolve(STATE))));
        delete(complete);
        Files.move(growing, complete, StandardCopyOption.ATOMIC_MOVE);
        List<Path> all = complete(checkpoints);
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            delete(old);
        }
    }

    /**
     * Puts the values of the newest undamaged checkpoint into tensors; a damaged one is passed over with a warning.
     *
     * @param run folder of the run
     * @param fingerprint settings of this run
     * @param state float32 tensors by name, overwritten
     * @return steps done; 0, and nothing overwritten, if there is no checkpoint
     * @throws IllegalStateException if it was written under other settings
     */
    static long restoreNewest(Path run, String fingerprint, Map<String, NDArray> state) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        List<Path> all = Files.isDirectory(checkpoints) ? complete(checkpoints) : List.of();
        if (all.isEmpty()) {
            return 0;
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            if (isWhole(all.get(i))) {
                return restore(all.get(i), fingerprint, state);
            }
            LOG.warn("checkpoint {} is damaged (its checksum differs) and is passed over", all.get(i));
        }
        throw new IllegalStateException("cannot resume: every checkpoint in " + checkpoints + " is damaged");
    }

    /** Whether a checkpoint is what was written; one without a checksum, of an earlier version, is taken as it is. */
    private static boolean isWhole(Path folder) {
        try {
            JsonNode checksum =
                    JSON.readTree(folder.resolve("state.json").toFile()).path(CHECKSUM);
            return checksum.isMissingNode() || checksum.asLong() == checksum(folder.resolve(STATE));
        } catch (IOException damaged) {
            return false;
        }
    }

    /** CRC-32C of a file. */
    private static long checksum(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        try (InputStream in = new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return sum.getValue();
    }

    private static long restore(Path folder, String fingerprint, Map<String, NDArray> state) throws IOException {
        JsonNode saved = JSON.readTree(folder.resolve("state.json").toFile());
        if (!saved.get("fingerprint").textValue().equals(fingerprint)) {
            throw new IllegalStateException("cannot resume from " + folder + ": it was written under other settings ("
                    + saved.get("fingerprint").textValue() + ", now " + fingerprint + ")");
        }
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(STATE));
        state.forEach((name, tensor) -> {
            FloatBuffer values = file.bytes(name).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[] copy = new float[values.remaining()];
            values.get(copy);
            tensor.set(copy);
        });
        return saved.get("step").longValue();
    }

    private static List<Path> complete(Path checkpoints) throws IOException {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("step-"))
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
