package io.maskflow.experiments.cli;

import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.TestLint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code data}. */
@Command(
        name = "data",
        description = "Says which problems and public data sets can be used.",
        subcommands = DataCommand.ListCommand.class,
        footer = {"", "Example:  ./maskflow data list"})
final class DataCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "data needs a command, such as list");
    }

    /**
     * A source of problems.
     *
     * @param name as settings write it, or the published file name
     * @param rows problems
     * @param licence of the data
     * @param sha256 of the published file; empty for generated problems
     * @param origin who publishes it
     */
    record DataSet(String name, int rows, String licence, String sha256, String origin) {}

    private static final List<DataSet> PUBLIC = List.of(
            new DataSet(
                    "mbpp.jsonl",
                    974,
                    "CC BY 4.0",
                    "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
                    "google-research/google-research, mbpp/mbpp.jsonl"),
            new DataSet(
                    "sanitized-mbpp.json",
                    427,
                    "CC BY 4.0",
                    "ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9",
                    "google-research/google-research, mbpp/sanitized-mbpp.json, without indentation"),
            new DataSet(
                    "MbppPlus-OriginFmt.jsonl.gz",
                    378,
                    "Apache-2.0",
                    "7a5aec547b134fa297ee6c45f829298aa3f58de02547b8d8a5c3d85d9cb10efc",
                    "evalplus/mbppplus_release v0.2.0; graded by its plus tests"),
            new DataSet(
                    "HumanEval.jsonl.gz",
                    164,
                    "MIT",
                    "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
                    "openai/human-eval, data/HumanEval.jsonl.gz"),
            new DataSet(
                    "HumanEvalPlus-OriginFmt.jsonl.gz",
                    164,
                    "Apache-2.0 and MIT",
                    "daa7661c8189924068069b0872a440b491edb60f8bdf431d5957adc88d18bae5",
                    "evalplus/humanevalplus_release v0.1.10; row HumanEval/32 fails by its own script"));

    /** {@code data list}. */
    @Command(
            name = "list",
            description = {
                "Lists the problem sources that a settings file can name: the built-in splits, and the public data"
                        + " sets whose files are read as published.",
                "Given files, says what their tests cannot tell: asserts that compare a program with itself, problems"
                        + " that ask for truth values only."
            },
            footer = {"", "Example:  ./maskflow data list data/mbpp.jsonl"})
    static final class ListCommand implements Runnable {

        private static final int SHOWN = 12;

        @Parameters(arity = "0..*", paramLabel = "FILE", description = "Problem files to look at.")
        private List<Path> files = List.of();

        @Option(
                names = "--python",
                paramLabel = "PATH",
                defaultValue = "",
                description = "Interpreter that parses the tests. Default: MASKFLOW_PYTHON, else the system's.")
        private String python;

        @Spec
        private CommandSpec spec;

        /** What the tests of one file cannot tell. */
        private void lint(Path file, PrintWriter out) {
            List<Problem> all = ProblemSource.read(file.toString(), (setting, name) -> file);
            List<CodingProblem> problems = all.stream()
                    .filter(CodingProblem.class::isInstance)
                    .map(CodingProblem.class::cast)
                    .toList();
            if (problems.isEmpty()) {
                out.printf(Locale.ROOT, "%s: %d problems with answers%n", file, all.size());
                return;
            }
            List<TestLint> found =
                    TestLint.of(problems.stream().map(CodingProblem::allTests).toList(), python);
            int items = found.stream().mapToInt(TestLint::items).sum();
            int vacuous = found.stream().mapToInt(TestLint::vacuous).sum();
            out.printf(Locale.ROOT, "%s: %d problems, %d tests%n", file, problems.size(), items);
            say(out, vacuous + " asserts compare a program with itself", problems, found, l -> l.vacuous() > 0);
            say(out, "only truth values are asked for", problems, found, TestLint::booleanOnly);
            say(out, "tests that do not parse", problems, found, l -> !l.broken()
                    .isEmpty());
            say(out, "set-up code, which programs can read", problems, problems, p -> !p.tests()
                    .setup()
                    .isEmpty());
            say(out, "no reference solution", problems, problems, p -> p.reference()
                    .isEmpty());
        }

        private static <T> void say(
                PrintWriter out, String what, List<CodingProblem> problems, List<T> found, Predicate<T> hit) {
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

        @Override
        public void run() {
            var out = spec.commandLine().getOut();
            if (!files.isEmpty()) {
                files.forEach(file -> lint(file, out));
                out.flush();
                return;
            }
            out.println("Built in (problems: builtin:NAME), generated, MBPP format:");
            for (String split : List.of("train", "valid", "test")) {
                out.println("  builtin:" + split);
            }
            out.println();
            out.println("Public, read as published (problems: path/to/FILE):");
            for (DataSet set : PUBLIC) {
                out.printf(
                        Locale.ROOT,
                        "  %-24s %5d problems  %-19s %s%n",
                        set.name(),
                        set.rows(),
                        set.licence(),
                        set.origin());
                out.printf(Locale.ROOT, "  %-24s sha256 %s%n", "", set.sha256());
            }
            out.flush();
        }
    }
}
