package io.maskflow.experiments.cli.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.cli.shared.GraderOptions;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.reward.GradeFile;
import io.maskflow.reward.MissingModules;
import io.maskflow.reward.SampleFile;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
                    + " HumanEval's fields are understood as well, and inputs with outputs (or stdin with stdout) in place of tests."
                    + " Other keys are refused. Output: {id, verdict, pass_rate, tests, seconds,"
                    + " cpu_seconds, note}, same order.",
            "With --problems the programs of other harnesses are put beside the tests of those problems."
        },
        footer = {"", "Example:  ./maskflow grade programs.jsonl --out verdicts.jsonl --workers 2"})
public final class GradeCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Programs and tests, plain or gzip.")
    private List<Path> files;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where verdicts go, a line as soon as it is known; gzip if the name ends in .gz.")
    private Path out;

    @Option(
            names = "--problems",
            paramLabel = "FILE",
            description =
                    "The problems that FILE holds samples of, as other harnesses write them: {task_id, solution} of EvalPlus,"
                            + " {task_id, completion} of HumanEval, logged samples of lm-evaluation-harness, outputs of LiveCodeBench.")
    private Path problems;

    @Option(
            names = "--resume",
            description = "Go on behind the verdicts that the file already holds; a half line at its end is dropped.")
    private boolean resume;

    @Option(names = "--json", description = "Print the summary as one JSON object.")
    private boolean json;

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
        if (json) {
            output.println(asJson(summary));
        } else {
            table(summary, output);
        }
        boolean enough = require == null || summary.count(VerdictKind.PASSED) >= require * summary.rows();
        return enough ? ExitCode.DONE : ExitCode.BELOW_THRESHOLD;
    }

    private String asJson(GradeFile.Summary summary) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        Map<String, Integer> kinds = new LinkedHashMap<>();
        for (VerdictKind kind : VerdictKind.values()) {
            kinds.put(kind.word(), summary.count(kind));
        }
        fields.put("rows", summary.rows());
        fields.put("tests", summary.tests());
        fields.put("verdicts", kinds);
        fields.put("missing_modules", MissingModules.of(out));
        fields.put("seconds", summary.seconds());
        fields.put("cpu_seconds", summary.cpuSeconds());
        fields.put("out", out.toString());
        return new ObjectMapper().writeValueAsString(fields);
    }

    private void table(GradeFile.Summary summary, PrintWriter output) throws IOException {
        for (VerdictKind kind : VerdictKind.values()) {
            if (summary.count(kind) > 0) {
                double share = 100.0 * summary.count(kind) / summary.rows();
                output.printf(Locale.ROOT, "%-12s %6d  %5.1f %%%n", kind.word(), summary.count(kind), share);
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
        MissingModules.sentence(MissingModules.of(out)).ifPresent(output::println);
    }

    private GradeFile.Summary graded(Grader grader) throws IOException {
        ProgressLine[] line = new ProgressLine[1];
        if (problems != null && (files.size() > 1 || resume)) {
            throw new ConfigurationException("--problems takes one file of samples, and cannot be gone on with");
        }
        try (SampleFile samples = SampleFile.of(files.get(0), problems)) {
            List<Path> programs = problems == null ? files : List.of(samples.programs());
            return new GradeFile(grader).run(programs, out, resume, progress -> {
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
