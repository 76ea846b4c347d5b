package io.maskflow.experiments.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.BackboneChoice;
import io.maskflow.experiments.decoding.EngineThreads;
import io.maskflow.experiments.decoding.StepSizes;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.report.DurableFile;
import io.maskflow.experiments.report.LmEvalExport;
import io.maskflow.experiments.report.ResultsLog;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.RunLock;
import io.maskflow.experiments.report.RunManifest;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.report.TableExport;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.reward.sandbox.Grader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code evaluate}: an evaluation and its run folder. */
public final class EvaluateRun {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private EvaluateRun() {}

    /**
     * Evaluates.
     *
     * @param loaded the configuration
     * @param policy {@code --policy}: the policy for step sizes that name no file
     * @param path run folder, new or empty
     * @param out where the table goes
     * @return exit code: 0 done, 130 or 143 interrupted with everything so far saved
     */
    public static int run(
            LoadedConfig<EvaluateConfig> loaded, Optional<Path> policy, Path path, PrintStream out) {
        EvaluateConfig config = loaded.value();
        EngineThreads.set(config.fleet().threads());
        FileFinder files = loaded::existing;
        StepSizes stepSizes = new StepSizes(policy.map(EvaluateRun::read), files, LatentStreams.KEYED);
        RunFolder.check(path, false);
        Evaluation.check(config, stepSizes, files);
        RunFolder folder = RunFolder.create(path);
        try (RunLock lock = RunLock.take(folder);
                StopSignal stop = StopSignal.listen(() -> System.err.println(
                        "\nmaskflow: stopping after the batches at work; whole cells of the table stay"
                                + " (again: at once)"));
                Grader grader = new Grader(config.grader().settings())) {
            DurableFile.write(folder.config(), loaded.yaml());
            manifest(config, loaded, policy, files, grader).write(folder.manifest());
            boolean complete = evaluate(config, stepSizes, grader, files, stop, folder, out);
            TableExport.write(folder);
            LmEvalExport.write(folder, folder.path().resolve(LmEvalExport.FOLDER));
            return complete ? 0 : stop.exitCode();
        }
    }

    /**
     * Evaluates into an existing run folder: results, summary, selections, table.
     *
     * @return false if it was stopped early
     */
    public static boolean evaluate(
            EvaluateConfig config,
            StepSizes stepSizes,
            Grader grader,
            FileFinder files,
            StopSignal stop,
            RunFolder folder,
            PrintStream out) {
        Evaluation.Outcome outcome;
        try (ResultsLog log = ResultsLog.open(folder.results())) {
            outcome = new Evaluation(config, stepSizes, grader, files, stop).run(log);
        }
        Summary summary = Summary.of(ResultsLog.read(folder.results()), config.responseLength());
        summary.write(folder.summary());
        DurableFile.write(
                folder.path().resolve("selections.json"),
                draft -> JSON.writeValue(draft.toFile(), outcome.selections()));
        out.print(SummaryTable.of(summary, outcome.selections()));
        return outcome.complete();
    }

    private static PolicyNetwork read(Path file) {
        try {
            return PolicyFile.read(file);
        } catch (IllegalArgumentException | IOException e) {
            throw new ConfigurationException("--policy: " + e.getMessage());
        }
    }

    private static RunManifest manifest(
            EvaluateConfig config,
            LoadedConfig<EvaluateConfig> loaded,
            Optional<Path> policy,
            FileFinder files,
            Grader grader) {
        List<Path> models = new ArrayList<>();
        models.add(BackboneChoice.of(config.backbone(), config.dtype(), files).folder());
        policy.ifPresent(models::add);
        return RunManifest.collect(
                "evaluate " + loaded.source(),
                ProblemSource.files(List.of(config.problems()), files),
                models,
                config.seeds(),
                "PyTorch (DJL)",
                "cpu " + config.dtype(),
                grader.level().word());
    }
}
