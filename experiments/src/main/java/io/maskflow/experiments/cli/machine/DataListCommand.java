package io.maskflow.experiments.cli.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.maskflow.experiments.datasets.PublicDataSet;
import io.maskflow.experiments.datasets.PublicDataSets;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.run.Sha256;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.TestCount;
import io.maskflow.reward.sandbox.TestLint;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data list}. */
@Command(
        name = "list",
        description = {
            "Lists the problem sources that a settings file can name: the built-in splits, and the public data sets, with rows,"
                    + " licence, and whether they are on this disk.",
            "Given files, says what their tests cannot tell: asserts that compare a program with itself, problems that ask for"
                    + " truth values only; of problems with answers, which stand there twice."
        },
        footer = {"", "Example:  ./maskflow data list data/mbpp.jsonl"})
final class DataListCommand implements Runnable {

    private static final int SHOWN = 12;
    private static final List<String> SPLITS = List.of("builtin:train", "builtin:valid", "builtin:test");

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Problem files to look at.")
    private List<Path> files = List.of();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where public data sets are looked for. Default: ${DEFAULT-VALUE}.")
    private Path dir;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Interpreter that parses the tests. Default: MASKFLOW_PYTHON, else the system's.")
    private String python;

    @Option(names = "--json", description = "As JSON in place of lines.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** A public data set, and whether it is here. */
    record Listed(String name, int problems, String licence, String origin, String sha256, String state) {}

    /** What the tests of one file cannot tell. */
    record Looked(String file, int problems, long tests, boolean answers, List<Finding> findings) {}

    /** Problems of which something is to be said. */
    record Finding(String what, List<String> problems) {}

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (files.isEmpty()) {
            List<Listed> sets = PublicDataSets.all().stream()
                    .map(set ->
                            new Listed(set.name(), set.rows(), set.licence(), set.origin(), set.sha256(), state(set)))
                    .toList();
            if (json) {
                out.println(written(Map.of("builtin", SPLITS, "public", sets)));
            } else {
                list(sets, out);
            }
        } else {
            List<Looked> looked = files.stream().map(this::look).toList();
            if (json) {
                out.println(written(looked));
            } else {
                looked.forEach(one -> say(one, out));
            }
        }
        out.flush();
    }

    private static String written(Object value) {
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a list of words could not be written", impossible);
        }
    }

    private void list(List<Listed> sets, PrintWriter out) {
        out.println("Built in (problems: builtin:NAME), generated, MBPP format:");
        SPLITS.forEach(split -> out.println("  " + split));
        out.println();
        out.println("Public, read as published (./maskflow data fetch NAME --dir " + dir + "):");
        for (Listed set : sets) {
            out.printf(
                    Locale.ROOT,
                    "  %-18s %5d problems  %-19s %s%n",
                    set.name(),
                    set.problems(),
                    set.licence(),
                    set.origin());
            out.printf(Locale.ROOT, "  %-18s %s; sha256 %s%n", "", set.state(), set.sha256());
        }
    }

    private String state(PublicDataSet set) {
        Path file = dir.resolve(set.file());
        if (!Files.isRegularFile(file)) {
            return "not fetched";
        }
        return Sha256.of(file).equals(set.sha256())
                ? "problems: " + set.source(dir)
                : file + " is there with another content";
    }

    private Looked look(Path file) {
        List<Problem> all = ProblemSource.read(file.toString(), (setting, name) -> file);
        List<CodingProblem> problems = all.stream()
                .filter(CodingProblem.class::isInstance)
                .map(CodingProblem.class::cast)
                .toList();
        List<Finding> findings = new ArrayList<>();
        if (problems.isEmpty()) {
            Set<String> seen = new HashSet<>();
            find(
                    findings,
                    "the same question as an earlier one",
                    all,
                    all,
                    p -> !seen.add(p.text().strip()));
            find(findings, "no reference solution", all, all, p -> p.reference().isEmpty());
            return new Looked(file.toString(), all.size(), 0, true, findings);
        }
        List<TestLint> found =
                TestLint.of(problems.stream().map(CodingProblem::allTests).toList(), python);
        long items = problems.stream().mapToLong(TestCount::of).sum();
        int vacuous = found.stream().mapToInt(TestLint::vacuous).sum();
        find(findings, vacuous + " asserts compare a program with itself", problems, found, l -> l.vacuous() > 0);
        find(findings, "only truth values are asked for", problems, found, TestLint::booleanOnly);
        find(findings, "tests that decide nothing, so give no verdict", problems, found, l -> !l.broken()
                .isEmpty());
        find(findings, "set-up code, which programs can read", problems, problems, p -> !p.tests()
                .setup()
                .isEmpty());
        find(findings, "no reference solution", problems, problems, p -> p.reference()
                .isEmpty());
        return new Looked(file.toString(), problems.size(), items, false, findings);
    }

    private static <T> void find(
            List<Finding> findings, String what, List<? extends Problem> problems, List<T> found, Predicate<T> hit) {
        List<String> ids = IntStream.range(0, found.size())
                .filter(i -> hit.test(found.get(i)))
                .mapToObj(i -> problems.get(i).id())
                .toList();
        if (!ids.isEmpty()) {
            findings.add(new Finding(what, ids));
        }
    }

    private static void say(Looked looked, PrintWriter out) {
        out.println(
                looked.answers()
                        ? looked.file() + ": " + looked.problems() + " problems with answers"
                        : looked.file() + ": " + looked.problems() + " problems, " + looked.tests() + " tests");
        for (Finding finding : looked.findings()) {
            List<String> ids = finding.problems();
            out.printf(
                    Locale.ROOT,
                    "  %-44s %4d problems: %s%s%n",
                    finding.what(),
                    ids.size(),
                    String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size()))),
                    ids.size() > SHOWN ? ", ..." : "");
        }
    }
}
