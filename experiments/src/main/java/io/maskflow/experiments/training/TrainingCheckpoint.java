package io.maskflow.experiments.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.Sha256;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.LearnerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a bit-exact resume needs: learner state in double, step, best score. Random draws need nothing stored, each
 * being a function of its identity.
 *
 * <p>A checkpoint appears whole or not at all: it is written beside its place, forced to disk, then renamed.
 *
 * @param step training steps done
 * @param bestScore best validation score so far, -1 before the first validation
 * @param bestStep steps done when it was reached, 0 before
 * @param configHash hash of the resolved configuration
 * @param prompts which problems come next
 * @param learner parameters, moments, counters
 */
record TrainingCheckpoint(
        long step,
        double bestScore,
        long bestStep,
        String configHash,
        PromptOrder.State prompts,
        LearnerState learner) {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingCheckpoint.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String LEARNER = "learner.json";
    private static final String STATE = "checkpoint.json";
    private static final String POLICY = "policy.safetensors";

    private record State(
            long step,
            double bestScore,
            long bestStep,
            String configHash,
            PromptOrder.State prompts,
            String learnerSha256) {}

    /**
     * Writes the checkpoint and removes older ones.
     *
     * @param folder the run
     * @param policy the policy, for people: a resume reads the learner state
     * @param keep newest checkpoints to keep
     */
    void write(RunFolder folder, PolicyNetwork policy, int keep) {
        Path place = folder.checkpoint(step);
        Path draft = place.resolveSibling(place.getFileName() + ".part");
        try {
            deleteTree(draft);
            Files.createDirectories(draft);
            JSON.writeValue(draft.resolve(LEARNER).toFile(), learner.arrays());
            PolicyFile.write(draft.resolve(POLICY), policy);
            JSON.writeValue(
                    draft.resolve(STATE).toFile(),
                    new State(step, bestScore, bestStep, configHash, prompts, Sha256.of(draft.resolve(LEARNER))));
            try (Stream<Path> files = Files.list(draft)) {
                for (Path file : files.toList()) {
                    force(file);
                }
            }
            force(draft);
            deleteTree(place);
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
            force(place.getParent());
            List<Long> steps = folder.checkpointSteps();
            for (long old : steps.subList(0, Math.max(0, steps.size() - keep))) {
                deleteTree(folder.checkpoint(old));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + place + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * The newest checkpoint that is whole. A damaged one is named and passed over.
     *
     * @param folder the run
     * @param configHash hash of the configuration the run is resumed with
     * @return empty if there is none: the run starts from its first step
     * @throws ConfigurationException if the configuration is another one
     */
    static Optional<TrainingCheckpoint> newest(RunFolder folder, String configHash) {
        List<Long> steps = folder.checkpointSteps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Path place = folder.checkpoint(steps.get(i));
            try {
                TrainingCheckpoint checkpoint = read(place);
                if (!checkpoint.configHash.equals(configHash)) {
                    throw new ConfigurationException("--resume needs the configuration that the run was started with"
                            + " (" + folder.config() + "), it differs from the one given");
                }
                return Optional.of(checkpoint);
            } catch (IOException | IllegalArgumentException damaged) {
                LOG.warn("checkpoint {} is damaged ({}), going back to the one before", place, damaged.getMessage());
            }
        }
        return Optional.empty();
    }

    private static TrainingCheckpoint read(Path place) throws IOException {
        State state = JSON.readValue(place.resolve(STATE).toFile(), State.class);
        String found = Sha256.of(place.resolve(LEARNER));
        if (!found.equals(state.learnerSha256())) {
            throw new IOException(LEARNER + " has sha256 " + found + ", expected " + state.learnerSha256());
        }
        Map<String, double[]> arrays = JSON.readValue(place.resolve(LEARNER).toFile(), new TypeReference<>() {});
        return new TrainingCheckpoint(
                state.step(),
                state.bestScore(),
                state.bestStep(),
                state.configHash(),
                state.prompts(),
                new LearnerState(arrays));
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
