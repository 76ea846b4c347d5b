package io.maskflow.experiments.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.Sha256;
import io.maskflow.experiments.training.step.PromptOrder;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.LearnerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a bit-exact resume needs: learner state in double, step, which problems come next, best score. Random draws
 * need nothing stored, each being a function of its identity.
 *
 * <p>A checkpoint appears whole or not at all ({@link DurableFile}). It lists the sha256 of its files in {@value #SUMS}
 * (as {@code sha256sum --check} reads it), and is taken only if all of them agree.
 *
 * @param step training steps done
 * @param bestScore best validation score so far, -1 before the first validation
 * @param bestStep steps done when it was reached, 0 before
 * @param bestRaw whether the parameters themselves had it rather than their average
 * @param faults numeric faults met so far
 * @param configHash hash of those settings that move a number
 * @param prompts which problems come next
 * @param learner parameters, moments, counters
 */
record TrainingCheckpoint(
        long step,
        double bestScore,
        long bestStep,
        boolean bestRaw,
        int faults,
        String configHash,
        PromptOrder.State prompts,
        LearnerState learner) {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingCheckpoint.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String LEARNER = "learner.json";
    private static final String STATE = "checkpoint.json";
    private static final String POLICY = "policy.safetensors";
    private static final String RAW = "policy-raw.safetensors";
    private static final String SUMS = "SHA256SUMS";
    private static final List<String> FILES = List.of(STATE, LEARNER, POLICY, RAW);

    private record State(
            long step,
            double bestScore,
            long bestStep,
            boolean bestRaw,
            int faults,
            String configHash,
            PromptOrder.State prompts) {}

    /**
     * Writes the checkpoint and removes older ones: the newest stay, and the one of the best step.
     *
     * @param folder the run
     * @param policy the running average, for people and for {@code best/}: a resume reads the learner state
     * @param raw the parameters themselves
     * @param keep newest checkpoints to keep
     */
    void write(RunFolder folder, PolicyNetwork policy, PolicyNetwork raw, int keep) {
        DurableFile.writeFolder(folder.checkpoint(step), draft -> {
            JSON.writeValue(draft.resolve(LEARNER).toFile(), learner.arrays());
            PolicyFile.write(draft.resolve(POLICY), policy);
            PolicyFile.write(draft.resolve(RAW), raw);
            JSON.writeValue(
                    draft.resolve(STATE).toFile(),
                    new State(step, bestScore, bestStep, bestRaw, faults, configHash, prompts));
            StringBuilder sums = new StringBuilder();
            for (String name : FILES) {
                sums.append(Sha256.of(draft.resolve(name)))
                        .append("  ")
                        .append(name)
                        .append('\n');
            }
            Files.writeString(draft.resolve(SUMS), sums);
        });
        List<Long> steps = folder.checkpointSteps();
        try {
            for (long old : steps.subList(0, Math.max(0, steps.size() - keep))) {
                if (old != bestStep) {
                    DurableFile.deleteTree(folder.checkpoint(old));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "old checkpoints in " + folder.path() + " cannot be removed: " + DurableFile.reason(e), e);
        }
    }

    /**
     * The newest checkpoint that is whole. A damaged one is named, removed from the list and passed over.
     *
     * @param folder the run
     * @return empty if there is none: the run starts from its first step
     */
    static Optional<TrainingCheckpoint> newest(RunFolder folder) {
        List<Long> steps = folder.checkpointSteps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Path place = folder.checkpoint(steps.get(i));
            try {
                return Optional.of(read(place, steps.get(i)));
            } catch (IOException | IllegalArgumentException | UncheckedIOException damaged) {
                LOG.warn(
                        "checkpoint {} is damaged ({}), {}",
                        place,
                        firstLine(damaged.getMessage()),
                        i == 0 ? "starting from the first step" : "going back to the one before");
            }
        }
        return Optional.empty();
    }

    /**
     * Puts the policy of the best step in its place again, if a checkpoint of that step is whole. What is there may be
     * of a later step that is repeated, or damaged.
     */
    void restoreBest(RunFolder folder) {
        Path place = folder.checkpoint(bestStep);
        if (bestStep == 0 || !Files.isDirectory(place)) {
            return;
        }
        try {
            read(place, bestStep);
            byte[] policy = Files.readAllBytes(place.resolve(bestRaw ? RAW : POLICY));
            DurableFile.write(folder.bestPolicy(), draft -> Files.write(draft, policy));
        } catch (IOException | IllegalArgumentException damaged) {
            LOG.warn(
                    "checkpoint {} of the best step is damaged ({}), {} stays as it is",
                    place,
                    firstLine(damaged.getMessage()),
                    folder.bestPolicy());
        }
    }

    private static String firstLine(String message) {
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }

    private static TrainingCheckpoint read(Path place, long step) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        if (!Files.isRegularFile(place.resolve(SUMS))) {
            throw new IOException(SUMS + " is missing");
        }
        for (String line : Files.readAllLines(place.resolve(SUMS))) {
            String[] parts = line.split("  ", 2);
            sums.put(parts[parts.length - 1], parts[0]);
        }
        for (String name : FILES) {
            if (!Files.isRegularFile(place.resolve(name))) {
                throw new IOException(name + " is missing");
            }
            String found = Sha256.of(place.resolve(name));
            if (!found.equals(sums.get(name))) {
                throw new IOException(name + " has sha256 " + found + ", expected " + sums.get(name));
            }
        }
        State state = JSON.readValue(place.resolve(STATE).toFile(), State.class);
        Map<String, double[]> arrays = JSON.readValue(place.resolve(LEARNER).toFile(), new TypeReference<>() {});
        if (state.step() != step) {
            throw new IOException("it is of step " + state.step());
        }
        return new TrainingCheckpoint(
                state.step(),
                state.bestScore(),
                state.bestStep(),
                state.bestRaw(),
                state.faults(),
                state.configHash(),
                state.prompts(),
                new LearnerState(arrays));
    }
}
