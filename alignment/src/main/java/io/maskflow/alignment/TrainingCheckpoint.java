package io.maskflow.alignment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state that a bit-exact resume needs: {@code checkpoints/step-NNNNNN/} with {@code state.safetensors} (weights and
 * both moments) and {@code state.json} (steps done, fingerprint of the settings). A folder appears under its name only
 * when it is complete. The data order needs no state: it is a function of the step.
 *
 * @param step steps done
 * @param tensors weights as {@code weight.NAME}, moments as {@code first.NAME} and {@code second.NAME}
 */
record TrainingCheckpoint(long step, Map<String, TensorFile.Tensor> tensors) {

    private static final int KEPT = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Writes the checkpoint below a run folder and deletes all but the newest {@value #KEPT}. */
    void write(Path run, String fingerprint) throws IOException {
        Path checkpoints = Files.createDirectories(run.resolve("checkpoints"));
        Path complete = checkpoints.resolve(String.format("step-%06d", step));
        if (Files.exists(complete)) {
            return;
        }
        Path growing = checkpoints.resolve("growing");
        delete(growing);
        Files.createDirectory(growing);
        TensorFile.write(growing.resolve("state.safetensors"), tensors);
        JSON.writeValue(
                growing.resolve("state.json").toFile(),
                JSON.createObjectNode().put("step", step).put("fingerprint", fingerprint));
        Files.move(growing, complete, StandardCopyOption.ATOMIC_MOVE);
        List<Path> all = complete(checkpoints);
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            delete(old);
        }
    }

    /**
     * Reads the newest checkpoint.
     *
     * @throws IllegalStateException if it was written under other settings
     */
    static Optional<TrainingCheckpoint> newest(Path run, String fingerprint) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints) || complete(checkpoints).isEmpty()) {
            return Optional.empty();
        }
        List<Path> all = complete(checkpoints);
        Path folder = all.get(all.size() - 1);
        JsonNode state = JSON.readTree(folder.resolve("state.json").toFile());
        if (!state.get("fingerprint").textValue().equals(fingerprint)) {
            throw new IllegalStateException("cannot resume from " + folder + ": it was written under other settings ("
                    + state.get("fingerprint").textValue() + ", now " + fingerprint + ")");
        }
        return Optional.of(new TrainingCheckpoint(
                state.get("step").longValue(), TensorFile.read(folder.resolve("state.safetensors"))));
    }

    /** Those tensors whose name starts with {@code prefix}, without it. */
    Map<String, TensorFile.Tensor> part(String prefix) {
        Map<String, TensorFile.Tensor> part = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
            }
        });
        return part;
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
