package io.maskflow.experiments.training.filter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.EvaluateRun;
import io.maskflow.experiments.evaluation.SameSettings;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunLock;
import io.maskflow.experiments.run.RunManifest;
import io.maskflow.reward.problem.AnswerProblem;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.rollout.Fleet;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code filter}: writes the problems that a base model solves, ready to be trained on, each as the row that it came from: it
 * reads back as the same problem. Built-in problems are written in the format of MBPP.
 */
public final class FilterRun {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FilterRun() {}

    /**
     * Filters.
     *
     * @param loaded the configuration
     * @param path run folder, new or empty, or that of the run to go on with; {@code problems.jsonl} there is the result,
     *     {@code results.jsonl} every answer
     * @param resume whether to go on: what is answered is not decoded again
     * @param out where the count goes
     * @return exit code: 0 done, 130 or 143 interrupted with everything so far saved
     */
    public static int run(LoadedConfig<FilterConfig> loaded, Path path, boolean resume, PrintStream out) {
        FilterConfig config = loaded.value();
        EngineThreads.set(config.fleet().threads());
        FileFinder files = loaded::existing;
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), files);
        List<Problem> problems = ProblemSource.read(config.problems(), files, config.badRows());
        PromptEncoder.check(config.prompt(), problems);
        RunFolder folder = RunFolder.open(path, resume);
        try (RunLock lock = RunLock.take(folder);
                StopSignal stop = EvaluateRun.listen(loaded, path);
                Grader grader = new Grader(config.grader().settings());
                Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            RunManifest manifest = manifest(loaded, backbone, files, grader);
            if (resume) {
                SameSettings.require(loaded, FilterConfig.class, folder, manifest);
                folder.sweep();
            }
            DurableFile.write(folder.config(), loaded.yaml());
            manifest.write(folder.manifest());
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            List<NumberedProblem> candidates =
                    encoder.encode(problems, config.limit(), backbone.promptRoom(config.responseLength()));
            AnswerGrading grading = new AnswerGrading(backbone, config.prompt(), config.grader(), encoder, grader);
            Evaluator evaluator = new Evaluator(grading, config.responseLength(), config.batch());
            List<NumberedProblem> solvable;
            try (ProgressLine progress = ProgressLine.start("filter", candidates.size())) {
                solvable = SolvableProblems.among(
                        folder.results(), evaluator, backbone.info(), fleet, candidates, config.budget(), rows -> {
                            stop.check();
                            for (int row = 0; row < rows; row++) {
                                progress.advance("");
                            }
                        });
            } catch (StopSignal.Requested asked) {
                return stop.exitCode();
            }
            write(folder.path().resolve("problems.jsonl"), solvable);
            out.printf(
                    "%d of %d problems are solved by %s at budget %s: %s%n",
                    solvable.size(),
                    candidates.size(),
                    backbone.name(),
                    config.budget(),
                    folder.path().resolve("problems.jsonl"));
            return 0;
        }
    }

    private static RunManifest manifest(
            LoadedConfig<FilterConfig> loaded, BackboneChoice backbone, FileFinder files, Grader grader) {
        return RunManifest.collect(
                loaded.command("filter"),
                ProblemSource.files(List.of(loaded.value().problems()), files),
                List.of(backbone.folder()),
                List.of(0L),
                "PyTorch (DJL)",
                loaded.value().fleet().place() + " " + loaded.value().dtype(),
                grader.conditions());
    }

    private static String row(Problem problem) {
        if (problem instanceof AnswerProblem answered) {
            return answered.row();
        }
        CodingProblem coding = (CodingProblem) problem;
        if (!coding.row().isEmpty()) {
            return coding.row();
        }
        ObjectNode row = JSON.createObjectNode();
        row.put("task_id", coding.id());
        row.put("text", coding.text());
        row.put("code", coding.reference());
        coding.tests().asserts().forEach(row.putArray("test_list")::add);
        return row.toString();
    }

    private static void write(Path file, List<NumberedProblem> problems) {
        StringBuilder lines = new StringBuilder();
        for (NumberedProblem numbered : problems) {
            lines.append(row(numbered.problem())).append('\n');
        }
        DurableFile.write(file, lines.toString());
    }
}
