package io.maskflow.experiments.run;

import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one run and the names of what is in it.
 *
 * @param path the folder, existing
 */
public record RunFolder(Path path) {

    private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{6,})");

    /**
     * Makes the folder of a new run.
     *
     * @param path a folder that is empty or does not exist yet
     * @throws ConfigurationException if anything is in it: results of another run are never overwritten
     */
    public static RunFolder create(Path path) {
        check(path, false);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "--out must be a folder that can be made, was " + path + ": " + DurableFile.reason(e), e);
        }
        return new RunFolder(path);
    }

    /**
     * Whether {@link #open} would accept a folder, without making it: asked before a model is loaded.
     *
     * @param path the folder
     * @param resume whether a run shall go on there
     * @throws ConfigurationException if it would not
     */
    public static void check(Path path, boolean resume) {
        if (resume) {
            resume(path);
            return;
        }
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new ConfigurationException("--out must be a folder, was the file " + path);
        }
        if (!Files.isDirectory(path)) {
            return;
        }
        try (Stream<Path> content = Files.list(path)) {
            Optional<Path> first = content.filter(RunFolder::counts).sorted().findFirst();
            if (first.isPresent()) {
                throw new ConfigurationException("--out must be a new or empty folder, was " + path
                        + " which holds " + first.get().getFileName()
                        + " (continue that run with --resume, or choose another folder)");
            }
        } catch (IOException e) {
            throw new ConfigurationException(
                    "--out must be a folder that can be read, was " + path + ": " + DurableFile.reason(e), e);
        }
    }

    /** A lock and drafts of a process that was killed before it wrote anything are nothing. */
    private static boolean counts(Path path) {
        String name = path.getFileName().toString();
        return !name.equals(RunLock.NAME) && !name.endsWith(DurableFile.DRAFT);
    }

    /** Removes what a killed process has left half written. */
    public void sweep() {
        DurableFile.sweep(path);
        DurableFile.sweep(bestPolicy().getParent());
        DurableFile.sweep(path.resolve("checkpoints"));
    }

    /**
     * The folder of a run to go on with.
     *
     * @param path a folder that a run has written
     * @throws ConfigurationException if no run has written it
     */
    public static RunFolder resume(Path path) {
        RunFolder folder = new RunFolder(path);
        if (!Files.isRegularFile(folder.config())) {
            throw new ConfigurationException(
                    "--resume needs the folder of an earlier run, was " + path + " which holds no config.yaml");
        }
        return folder;
    }

    /** {@link #resume} if asked for, {@link #create} otherwise. */
    public static RunFolder open(Path path, boolean resume) {
        return resume ? resume(path) : create(path);
    }

    /** Resolved configuration. */
    public Path config() {
        return path.resolve("config.yaml");
    }

    /** What the run was made from. */
    public Path manifest() {
        return path.resolve("manifest.json");
    }

    /** A line per training step. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** Event files. */
    public Path tensorBoard() {
        return path.resolve("tensorboard");
    }

    /** The final policy. */
    public Path policy() {
        return path.resolve("policy.safetensors");
    }

    /** The final parameters themselves, where {@link #policy} is their running average. */
    public Path rawPolicy() {
        return path.resolve("policy-raw.safetensors");
    }

    /** Answers of the training, as they were drawn. */
    public Path samples() {
        return path.resolve("samples.jsonl");
    }

    /** The policy that did best on the validation problems. */
    public Path bestPolicy() {
        return path.resolve("best").resolve("policy.safetensors");
    }

    /** A line per problem, decoder, budget and seed. */
    public Path results() {
        return path.resolve("results.jsonl");
    }

    /** A row per decoder and budget, and the paired comparisons. */
    public Path summary() {
        return path.resolve("summary.json");
    }

    /** What a fault looked like: a file per case. */
    public Path faults() {
        return path.resolve("faults");
    }

    /** The page. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** Folder of the checkpoint after {@code step} steps. */
    public Path checkpoint(long step) {
        return path.resolve("checkpoints").resolve(String.format(Locale.ROOT, "step-%06d", step));
    }

    /** Steps that have a checkpoint folder, ascending. */
    public List<Long> checkpointSteps() {
        Path checkpoints = path.resolve("checkpoints");
        List<Long> steps = new ArrayList<>();
        if (!Files.isDirectory(checkpoints)) {
            return steps;
        }
        try (Stream<Path> content = Files.list(checkpoints)) {
            content.forEach(folder -> {
                Matcher name = CHECKPOINT.matcher(folder.getFileName().toString());
                if (name.matches()) {
                    steps.add(Long.valueOf(name.group(1)));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + checkpoints, e);
        }
        steps.sort(Comparator.naturalOrder());
        return steps;
    }
}
