package io.maskflow.experiments.ablation;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.evaluation.EvaluateRun;
import io.maskflow.experiments.evaluation.Evaluation;
import io.maskflow.experiments.evaluation.SameSettings;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunLock;
import io.maskflow.experiments.run.RunManifest;
import io.maskflow.experiments.training.TrainRun;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.LatentStreams;
import io.maskflow.reward.sandbox.Grader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code ablate}: trains what rows need, evaluates all of them, compares each with its reference. */
public final class AblateRun {

    private AblateRun() {}

    /**
     * Makes the table.
     *
     * @param loaded the ablation
     * @param path run folder, new or empty, or that of the run to go on with
     * @param resume whether to go on
     * @param out where the table goes
     * @return exit code: 0 done, 130 or 143 interrupted with everything so far saved
     */
    public static int run(LoadedConfig<AblateConfig> loaded, Path path, boolean resume, PrintStream out) {
        AblateConfig config = loaded.value();
        EngineThreads.set(config.evaluation().fleet().threads());
        FileFinder files = loaded::existing;
        StepSizes stepSizes = new StepSizes(Optional.empty(), files, LatentStreams.KEYED);
        RunFolder.check(path, resume);
        AblationPlan plan = AblationPlan.of(loaded, path);
        // What is wrong with a row ends the run before hours of training, not after.
        Evaluation.check(config.evaluation().withDecoders(plan.given(), ""), stepSizes, files);
        RunFolder folder = RunFolder.open(path, resume);
        try (RunLock lock = RunLock.take(folder)) {
            try (Grader grader = new Grader(config.evaluation().grader().settings())) {
                EvaluateConfig given = config.evaluation().withDecoders(plan.given(), "");
                RunManifest manifest = EvaluateRun.manifest(loaded.command("ablate"), given, files, grader);
                if (resume) {
                    SameSettings.require(loaded, AblateConfig.class, folder, manifest);
                    folder.sweep();
                }
                DurableFile.write(folder.config(), loaded.yaml());
                manifest.write(folder.manifest());
            }
            int code = train(plan, loaded, path, out);
            return code == 0 ? evaluate(loaded, plan, stepSizes, files, folder, out) : code;
        }
    }

    /** Trains the policies that are not there yet; a run that is there goes on, or is found complete. */
    private static int train(AblationPlan plan, LoadedConfig<AblateConfig> loaded, Path path, PrintStream out) {
        AblateConfig config = loaded.value();
        for (AblationPlan.Training training : plan.trainings()) {
            Path folder = training.folder();
            out.printf(
                    "row %s needs a policy of its own: %d steps of %s, seed %d, in %s%n",
                    training.row(),
                    training.loaded().value().steps(),
                    config.training().file(),
                    training.seed(),
                    folder);
            boolean begun = Files.isRegularFile(new RunFolder(folder).config());
            makeParent(folder);
            TrainRun.Resumption resumption = begun ? TrainRun.Resumption.SAME_SETTINGS : TrainRun.Resumption.NONE;
            LoadedConfig<TrainConfig> asked =
                    training.loaded().askedBy(loaded.command().partOf(path));
            int code = RunEnding.noted(folder, () -> TrainRun.run(asked, folder, resumption, out));
            if (code != 0) {
                return code;
            }
        }
        return 0;
    }

    private static void makeParent(Path folder) {
        try {
            Files.createDirectories(folder.getParent());
        } catch (IOException e) {
            throw new ConfigurationException("rows/ cannot be made: " + e.getMessage(), e);
        }
    }

    private static int evaluate(
            LoadedConfig<AblateConfig> loaded,
            AblationPlan plan,
            StepSizes stepSizes,
            FileFinder files,
            RunFolder folder,
            PrintStream out) {
        AblateConfig config = loaded.value();
        EvaluateConfig all = config.evaluation().withDecoders(plan.decoders(), "");
        try (StopSignal stop = EvaluateRun.listen(loaded, folder.path());
                Grader grader = new Grader(config.evaluation().grader().settings())) {
            boolean complete =
                    EvaluateRun.evaluate(all, plan.comparisons(), stepSizes, grader, files, stop, folder, out);
            AblationTable table = AblationTable.of(Summary.read(folder.summary()), config, plan);
            DurableFile.write(folder.path().resolve("ablation.csv"), table.csv());
            DurableFile.write(folder.path().resolve("ablation.tex"), table.latex());
            out.print(table.text());
            return complete ? 0 : stop.exitCode();
        }
    }
}
