package io.maskflow.experiments.cli;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.reward.GradeFile;
import io.maskflow.reward.MissingModules;
import io.maskflow.reward.SampleFile;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.VerdictKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grade}. */
@Command(
        name = "grade",
        showDefaultValues = true,
        description = {
            "Runs programs against their tests in a sandbox and writes a verdict for each.",
            "Input: a JSON object a line, {id, code, prompt_tests: [...] (or test_list), setup?, setup_order?};"
                    + " HumanEval's fields are understood as well. Output: {id, verdict, pass_rate, tests, seconds,"
                    + " cpu_seconds, note}, same order.",
            "With --problems the programs of other harnesses are put beside the tests of those problems."
        },
        footer = {"", "Example:  ./maskflow grade programs.jsonl --out verdicts.jsonl --workers 2"})
final class GradeCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FILE", description = "Programs and tests.")
    private Path file;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where verdicts go.")
    private Path out;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description = "The problems that FILE holds samples of, as other harnesses write them: {task_id, solution} of EvalPlus,"
                    + " {task_id, completion} of HumanEval, logged samples of lm-evaluation-harness, outputs of LiveCodeBench.")
    private Path problems;

    @Mixin
    private GraderOptions grading;

    @Option(
            names = "--require",
            paramLabel = "SHARE",
            description = "End with exit code 3 if a smaller share of the programs than this passes.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private Double require;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (require != null && !(require >= 0 && require <= 1)) {
            throw new ConfigurationException("--require must lie in [0, 1], was " + require);
        }
        GraderSettings settings = grading.settings();
        GradeFile.Summary summary;
        try (Grader grader = new Grader(settings)) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("sandbox: " + grader.describe());
            summary = graded(grader);
        }
        PrintWriter output = spec.commandLine().getOut();
        for (VerdictKind kind : VerdictKind.values()) {
            if (summary.count(kind) > 0) {
                output.printf(Locale.ROOT, "%-12s %d%n", kind.word(), summary.count(kind));
            }
        }
        output.printf(
                Locale.ROOT,
                "%d programs, %d tests, %.1f s, %.1f s of CPU time in the programs, verdicts in %s%n",
                summary.rows(),
                summary.tests(),
                summary.seconds(),
                summary.cpuSeconds(),
                out);
        MissingModules.of(out).ifPresent(output::println);
        boolean enough = require == null || summary.count(VerdictKind.PASSED) >= require * summary.rows();
        return enough ? ExitCode.DONE : ExitCode.BELOW_THRESHOLD;
    }

    private GradeFile.Summary graded(Grader grader) throws IOException {
        ProgressLine[] line = new ProgressLine[1];
        try (SampleFile samples = SampleFile.of(file, problems)) {
            return new GradeFile(grader).run(samples.programs(), out, progress -> {
                if (line[0] == null) {
                    line[0] = ProgressLine.start("grade", progress.total());
                }
                line[0].update(progress.done(), "");
            });
        } finally {
            if (line[0] != null) {
                line[0].close();
            }
        }
    }
}
