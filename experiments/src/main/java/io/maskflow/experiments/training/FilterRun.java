package io.maskflow.experiments.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.BackboneChoice;
import io.maskflow.experiments.decoding.EngineThreads;
import io.maskflow.experiments.evaluation.Evaluator;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.RunManifest;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.TestSuite;
import io.maskflow.rollout.Fleet;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code filter}: writes the problems that a base model solves, in the format of MBPP, ready to be trained on. */
public final class FilterRun {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FilterRun() {}

    /**
     * Filters.
     *
     * @param loaded the configuration
     * @param path run folder, new or empty; {@code problems.jsonl} there is the result
     * @param out where the count goes
     * @return exit code 0
     */
    public static int run(LoadedConfig<FilterConfig> loaded, Path path, PrintStream out) {
        FilterConfig config = loaded.value();
        EngineThreads.set(config.fleet().threads());
        FileFinder files = loaded::existing;
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), files);
        List<CodingProblem> problems = ProblemSource.read(config.problems(), files, config.badRows());
        RunFolder folder = RunFolder.create(path);
        loaded.write(folder.config());
        try (Grader grader = new Grader(config.grader().settings());
                Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            manifest(loaded, backbone, files, grader).write(folder.manifest());
            PromptEncoder encoder =
                    new PromptEncoder(
                            config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            List<NumberedProblem> candidates =
                    encoder.encode(problems, config.limit(), backbone.promptRoom(config.responseLength()));
            Evaluator evaluator = new Evaluator(encoder, grader, config.responseLength(), config.batch());
            List<NumberedProblem> solvable;
            try (ProgressLine progress = ProgressLine.start("filter", candidates.size())) {
                solvable = SolvableProblems.among(evaluator, fleet, candidates, config.budget(), rows -> {
                    for (int row = 0; row < rows; row++) {
                        progress.advance("");
                    }
                });
            }
            write(folder.path().resolve("problems.jsonl"), solvable);
            out.printf("%d of %d problems are solved by %s at budget %s: %s%n",
                    solvable.size(), candidates.size(), backbone.name(), config.budget(),
                    folder.path().resolve("problems.jsonl"));
            return 0;
        }
    }

    private static RunManifest manifest(
            LoadedConfig<FilterConfig> loaded,
            BackboneChoice backbone,
            FileFinder files,
            Grader grader) {
        return RunManifest.collect(
                "filter " + loaded.source(),
                ProblemSource.files(List.of(loaded.value().problems()), files),
                List.of(backbone.folder()),
                List.of(0L),
                "PyTorch (DJL)",
                "cpu " + loaded.value().dtype(),
                grader.level().word());
    }

    private static void write(Path file, List<NumberedProblem> problems) {
        StringBuilder lines = new StringBuilder();
        for (NumberedProblem numbered : problems) {
            CodingProblem problem = numbered.problem();
            ObjectNode row = JSON.createObjectNode();
            row.put("task_id", problem.id());
            row.put("text", problem.text());
            row.put("code", problem.reference());
            TestSuite tests = problem.tests();
            tests.asserts().forEach(row.putArray("test_list")::add);
            row.put("test_setup_code", tests.setup());
            problem.challenge().forEach(row.putArray("challenge_test_list")::add);
            lines.append(row).append('\n');
        }
        try {
            Files.writeString(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
