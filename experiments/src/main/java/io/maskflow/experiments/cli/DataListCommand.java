package io.maskflow.experiments.cli;

import io.maskflow.experiments.datasets.PublicDataSet;
import io.maskflow.experiments.datasets.PublicDataSets;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.report.Sha256;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.TestCount;
import io.maskflow.reward.sandbox.TestLint;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (files.isEmpty()) {
            list(out);
        } else {
            files.forEach(file -> lint(file, out));
        }
        out.flush();
    }

    private void list(PrintWriter out) {
        out.println("Built in (problems: builtin:NAME), generated, MBPP format:");
        List.of("train", "valid", "test").forEach(split -> out.println("  builtin:" + split));
        out.println();
        out.println("Public, read as published (./maskflow data fetch NAME --dir " + dir + "):");
        for (PublicDataSet set : PublicDataSets.all()) {
            out.printf(
                    Locale.ROOT,
                    "  %-18s %5d problems  %-19s %s%n",
                    set.name(),
                    set.rows(),
                    set.licence(),
                    set.origin());
            out.printf(Locale.ROOT, "  %-18s %s; sha256 %s%n", "", state(set), set.sha256());
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

    /** What the tests of one file cannot tell. */
    private void lint(Path file, PrintWriter out) {
        List<Problem> all = ProblemSource.read(file.toString(), (setting, name) -> file);
        List<CodingProblem> problems = all.stream()
                .filter(CodingProblem.class::isInstance)
                .map(CodingProblem.class::cast)
                .toList();
        if (problems.isEmpty()) {
            answers(file, all, out);
            return;
        }
        List<TestLint> found =
                TestLint.of(problems.stream().map(CodingProblem::allTests).toList(), python);
        long items = problems.stream().mapToLong(TestCount::of).sum();
        int vacuous = found.stream().mapToInt(TestLint::vacuous).sum();
        out.printf(Locale.ROOT, "%s: %d problems, %d tests%n", file, problems.size(), items);
        say(out, vacuous + " asserts compare a program with itself", problems, found, l -> l.vacuous() > 0);
        say(out, "only truth values are asked for", problems, found, TestLint::booleanOnly);
        say(out, "tests that decide nothing, so give no verdict", problems, found, l -> !l.broken()
                .isEmpty());
        say(out, "set-up code, which programs can read", problems, problems, p -> !p.tests()
                .setup()
                .isEmpty());
        say(out, "no reference solution", problems, problems, p -> p.reference().isEmpty());
    }

    /** Problems with answers have no tests to look at. */
    private static void answers(Path file, List<Problem> problems, PrintWriter out) {
        out.printf(Locale.ROOT, "%s: %d problems with answers%n", file, problems.size());
        Set<String> seen = new HashSet<>();
        List<Boolean> again =
                problems.stream().map(p -> !seen.add(p.text().strip())).toList();
        say(out, "the same question as an earlier one", problems, again, twice -> twice);
        say(out, "no reference solution", problems, problems, p -> p.reference().isEmpty());
    }

    private static <T> void say(
            PrintWriter out, String what, List<? extends Problem> problems, List<T> found, Predicate<T> hit) {
        List<String> ids = IntStream.range(0, found.size())
                .filter(i -> hit.test(found.get(i)))
                .mapToObj(i -> problems.get(i).id())
                .toList();
        if (!ids.isEmpty()) {
            String more = ids.size() > SHOWN ? ", ..." : "";
            out.printf(
                    Locale.ROOT,
                    "  %-44s %4d problems: %s%s%n",
                    what,
                    ids.size(),
                    String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size()))),
                    more);
        }
    }
}
