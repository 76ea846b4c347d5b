package io.maskflow.experiments.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.config.SettingChanges;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunManifest;
import io.maskflow.experiments.run.Sha256;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may differ between a run and its resumption: who computes and how often is saved, nothing that can move a number.
 */
final class ResumeRules {

    /** Settings that move no number of a run, those of the closing evaluation among them: its batch also decodes validation problems. */
    static final List<String> FREE = free(
            "fleet.type",
            "fleet.workers",
            "fleet.chunk",
            "fleet.shape",
            "fleet.master",
            "fleet.spark",
            "grader.workers",
            "checkpointEvery",
            "keepCheckpoints",
            "maxNoVerdict",
            "maxNumericFaults",
            "stop.noGain",
            "stop.hours",
            "stop.calls",
            "stop.collapse.steps",
            "stop.collapse.ess",
            "stop.collapse.klStep",
            "samples.every",
            "samples.answers",
            "evaluate");

    private static final Logger LOG = LoggerFactory.getLogger(ResumeRules.class);

    private ResumeRules() {}

    private static List<String> free(String... settings) {
        List<String> free = new ArrayList<>(List.of(settings));
        for (RecordComponent component : EvaluateConfig.class.getRecordComponents()) {
            if (!component.getName().equals("batch")) {
                free.add("evaluation." + component.getName());
            }
        }
        return List.copyOf(free);
    }

    /** Hash of the settings that move a number. */
    static String hash(LoadedConfig<TrainConfig> loaded) {
        return Sha256.ofText(SettingChanges.without(loaded.resolved(), FREE).toString());
    }

    /**
     * Refuses to go on with other settings, unless told.
     *
     * @param loaded the settings given
     * @param folder the run
     * @param checkpoint what it goes on from, if anything was saved
     * @param accept whether changes are wanted
     * @throws ConfigurationException naming every changed setting
     */
    static void settings(
            LoadedConfig<TrainConfig> loaded,
            RunFolder folder,
            Optional<TrainingCheckpoint> checkpoint,
            boolean accept) {
        boolean same = checkpoint.isPresent() && checkpoint.get().configHash().equals(hash(loaded));
        if (same) {
            return;
        }
        List<String> changes = changes(loaded, folder);
        if (changes.isEmpty() && checkpoint.isEmpty()) {
            return;
        }
        String named = changes.isEmpty()
                ? "the checkpoint is of other settings than " + folder.config() + " shows"
                : String.join(", ", changes);
        if (!accept) {
            throw new ConfigurationException("--resume needs the settings that the run was started with ("
                    + folder.config() + "), changed: " + named + " (--accept-changes goes on with the new ones)");
        }
        LOG.warn("resumed with changed settings: {}", named);
    }

    private static List<String> changes(LoadedConfig<TrainConfig> loaded, RunFolder folder) {
        ObjectNode before;
        try {
            before = ConfigFiles.load(folder.config(), List.of(), TrainConfig.class)
                    .resolved();
        } catch (ConfigurationException unreadable) {
            return List.of(folder.config() + " cannot be compared with: " + unreadable.getMessage());
        }
        return SettingChanges.between(
                SettingChanges.without(before, FREE), SettingChanges.without(loaded.resolved(), FREE));
    }

    /**
     * Refuses to go on with other problems or other weights under the same names, unless told.
     *
     * @param folder the run, with the manifest of its start
     * @param now what is there now
     * @param accept whether changes are wanted
     */
    static void inputs(RunFolder folder, RunManifest now, boolean accept) {
        if (!Files.exists(folder.manifest())) {
            return;
        }
        Optional<RunManifest> read = manifest(folder);
        if (read.isEmpty()) {
            LOG.warn("{} cannot be read, it is written anew", folder.manifest());
            return;
        }
        RunManifest before = read.get();
        List<String> changed = new ArrayList<>();
        if (differ(before.data().values(), now.data().values())) {
            changed.add("problem files " + now.data().keySet());
        }
        if (differ(before.models().values(), now.models().values())) {
            changed.add("model files " + now.models().keySet());
        }
        if (changed.isEmpty()) {
            return;
        }
        String named = String.join(" and ", changed) + " have another sha256 than in " + folder.manifest();
        if (!accept) {
            throw new ConfigurationException("--resume needs the files that the run was started with: " + named
                    + " (--accept-changes goes on with the new ones)");
        }
        LOG.warn("resumed with changed files: {}", named);
    }

    private static Optional<RunManifest> manifest(RunFolder folder) {
        try {
            RunManifest manifest = RunManifest.read(folder.manifest());
            return manifest.data() == null || manifest.models() == null ? Optional.empty() : Optional.of(manifest);
        } catch (UncheckedIOException damaged) {
            return Optional.empty();
        }
    }

    private static boolean differ(Collection<String> before, Collection<String> now) {
        return !List.copyOf(before).equals(List.copyOf(now));
    }
}
