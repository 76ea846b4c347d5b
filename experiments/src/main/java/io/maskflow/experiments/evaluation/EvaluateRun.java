package io.maskflow.experiments.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.evaluation.answers.ActionTally;
import io.maskflow.experiments.evaluation.answers.EvaluationStores;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.report.CurveSummary;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.report.export.LmEvalExport;
import io.maskflow.experiments.report.export.TableExport;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunLock;
import io.maskflow.experiments.run.RunManifest;
import io.maskflow.policy.LatentStreams;
import io.maskflow.reward.sandbox.Grader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code evaluate}: an evaluation and its run folder. */
public final class EvaluateRun {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluateRun.class);

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private EvaluateRun() {}

    /**
     * Evaluates.
     *
     * @param loaded the configuration
     * @param path run folder, new or empty, or that of the run to go on with
     * @param resume whether to go on
     * @param out where the table goes
     * @return exit code: 0 done, 130 or 143 interrupted with everything so far saved
     */
    public static int run(LoadedConfig<EvaluateConfig> loaded, Path path, boolean resume, PrintStream out) {
        EvaluateConfig config = loaded.value();
        EngineThreads.set(config.fleet().threads());
        FileFinder files = loaded::existing;
        StepSizes stepSizes = new StepSizes(Optional.empty(), files, LatentStreams.KEYED);
        RunFolder.check(path, resume);
        Evaluation.check(config, stepSizes, files);
        RunFolder folder = RunFolder.open(path, resume);
        try (RunLock lock = RunLock.take(folder);
                StopSignal stop = listen(loaded, path);
                Grader grader = new Grader(config.grader().settings())) {
            RunManifest manifest = manifest(loaded.command("evaluate"), config, files, grader);
            if (resume) {
                SameSettings.require(loaded, EvaluateConfig.class, folder, manifest);
                folder.sweep();
            }
            DurableFile.write(folder.config(), loaded.yaml());
            manifest.write(folder.manifest());
            boolean complete = evaluate(config, stepSizes, grader, files, stop, folder, out);
            return complete ? 0 : stop.exitCode();
        }
    }

    /**
     * Ctrl-C keeps what is decoded, and says how to go on.
     *
     * @param loaded what was asked for
     * @param path its run folder
     */
    public static StopSignal listen(LoadedConfig<?> loaded, Path path) {
        return StopSignal.listen(() -> System.err.println(
                "\nmaskflow: stopping after the batches at work; every answer stays (again: at once). Go on with:\n  "
                        + loaded.command().resumed(path)));
    }

    /**
     * Evaluates into an existing run folder: results, summary, selections, table, and the same for other programs.
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
        Summary.Comparisons comparisons =
                config.reference().isEmpty() ? Summary.Comparisons.ALL : Summary.Comparisons.with(config.reference());
        return evaluate(config, comparisons, stepSizes, grader, files, stop, folder, out);
    }

    /**
     * The same with comparisons of another kind.
     *
     * @return false if it was stopped early
     */
    public static boolean evaluate(
            EvaluateConfig config,
            Summary.Comparisons comparisons,
            StepSizes stepSizes,
            Grader grader,
            FileFinder files,
            StopSignal stop,
            RunFolder folder,
            PrintStream out) {
        Evaluation.Outcome outcome;
        try (EvaluationStores stores = EvaluationStores.open(folder)) {
            outcome = new Evaluation(config, stepSizes, grader, files, stop).run(stores);
        }
        List<ResultsLog.Result> results = ResultsLog.read(folder.results());
        Summary summary = Summary.of(results, config.responseLength(), outcome.conditions(), comparisons)
                .withRoles(config.learned(), config.handMade());
        if (outcome.complete()) {
            summary = withCurves(config, summary, results, folder);
        }
        summary.write(folder.summary());
        write(folder.path().resolve("selections.json"), outcome.selections());
        Map<String, ActionTally.Actions> actions = actions(folder, outcome.actions());
        List<OracleGap> gaps = outcome.complete() ? OracleGap.of(config, results, outcome.selections()) : List.of();
        if (!gaps.isEmpty()) {
            write(folder.path().resolve("oracle.json"), gaps);
        }
        out.print(CurveTable.headline(summary));
        out.print(CurveTable.of(summary));
        out.print(SummaryTable.of(summary, outcome.selections(), List.copyOf(actions.values()), gaps));
        TableExport.write(folder);
        LmEvalExport.write(folder, folder.path().resolve(LmEvalExport.FOLDER));
        return outcome.complete();
    }

    private static Summary withCurves(
            EvaluateConfig config, Summary summary, List<ResultsLog.Result> results, RunFolder folder) {
        Map<String, String> dials = config.dials();
        if (dials.isEmpty()) {
            return summary;
        }
        Path validation = folder.path().resolve(EvaluationStores.VALIDATION);
        CurveSummary curves = new CurveSummary(
                config.responseLength(),
                dials,
                config.curveOracles(),
                config.equalCalls().calls(),
                config.learned(),
                config.handMade(),
                config.equalCalls().margin());
        EqualCalls equal = config.equalCalls().calls().isEmpty()
                ? EqualCalls.NONE
                : curves.equalCalls(ResultsLog.read(validation), results);
        return summary.withCurves(curves.curves(results), equal);
    }

    /** Forgets the answers of an earlier evaluation in a folder. */
    public static void clear(RunFolder folder) {
        EvaluationStores.clear(folder);
    }

    /** The figures of the cells decoded now, and of those decoded before that are not. */
    private static Map<String, ActionTally.Actions> actions(RunFolder folder, List<ActionTally.Actions> now) {
        Path file = folder.path().resolve("actions.json");
        Map<String, ActionTally.Actions> all = new LinkedHashMap<>();
        try {
            if (Files.exists(file)) {
                for (ActionTally.Actions before : JSON.readValue(file.toFile(), ActionTally.Actions[].class)) {
                    all.put(before.decoder() + "@" + before.budget(), before);
                }
            }
        } catch (IOException damaged) {
            LOG.warn("{} cannot be read, it is written anew", file);
        }
        now.forEach(actions -> all.put(actions.decoder() + "@" + actions.budget(), actions));
        if (!all.isEmpty()) {
            write(file, all.values());
        }
        return all;
    }

    private static void write(Path file, Object value) {
        DurableFile.write(file, draft -> JSON.writeValue(draft.toFile(), value));
    }

    /**
     * What an evaluation is made from.
     *
     * @param command for the manifest
     * @param config the evaluation
     * @param files finds what it names
     * @param grader verdicts
     */
    public static RunManifest manifest(String command, EvaluateConfig config, FileFinder files, Grader grader) {
        return RunManifest.collect(
                command,
                ProblemSource.files(List.of(config.problems()), files),
                models(config, files),
                config.seeds(),
                "PyTorch (DJL)",
                config.fleet().place() + " " + config.dtype(),
                grader.conditions());
    }

    /** The problem files, base models and policies that an evaluation names. */
    public static List<Path> inputs(EvaluateConfig config, FileFinder files) {
        List<Path> inputs = new ArrayList<>(ProblemSource.files(List.of(config.problems()), files));
        inputs.addAll(models(config, files));
        return inputs;
    }

    private static List<Path> models(EvaluateConfig config, FileFinder files) {
        Set<Path> models = new LinkedHashSet<>();
        Evaluation.backbones(config, files).forEach(backbone -> models.add(backbone.folder()));
        for (DecoderChoice choice : config.decoders().values()) {
            for (long seed : config.seeds()) {
                choice.policyFiles(seed).forEach(file -> models.add(files.find("stepSize.file", file)));
            }
        }
        return List.copyOf(models);
    }
}
