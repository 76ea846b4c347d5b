package io.maskflow.experiments.problems;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.reward.problem.AnswerSet;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.CodingProblems;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.problem.ScriptProblems;
import io.maskflow.reward.problem.builtin.BuiltinProblem;
import io.maskflow.reward.problem.builtin.BuiltinProblems;
import io.maskflow.reward.problem.builtin.Split;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads problems: {@code builtin:train|valid|test}; a file in the format of MBPP or HumanEval; a file of inputs and outputs as APPS,
 * TACO, LiveCodeBench and CodeContests have it; or a file of GSM8K, MATH-500, SVAMP or Countdown, recognised by its fields or named as
 * in {@code gsm8k:FILE}.
 */
public final class ProblemSource {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemSource.class);
    private static final String BUILTIN = "builtin:";

    private ProblemSource() {}

    /**
     * Reads all problems of a source.
     *
     * @param source a built-in split, or a file (JSON lines or a JSON array, gzip or not), with or without the name of its set
     * @param files finds the file
     * @return the problems in the order of the source
     * @throws ConfigurationException if there is no such split, or the source is empty
     * @throws ProblemDataException if a row cannot be read (names file and line), or two rows have one id (names both)
     */
    public static List<Problem> read(String source, FileFinder files) {
        return read(source, files, BadRows.STOP);
    }

    /**
     * Reads all problems of a source.
     *
     * @param source a built-in split, or a file (JSON lines or a JSON array, gzip or not), with or without the name of its set
     * @param files finds the file
     * @param badRows what becomes of a row that cannot be read
     * @return the problems in the order of the source
     * @throws ConfigurationException if there is no such split, or the source is empty
     * @throws ProblemDataException if the file cannot be read, or a row cannot and {@code badRows} is {@code stop}
     */
    public static List<Problem> read(String source, FileFinder files, BadRows badRows) {
        List<Problem> problems = source.startsWith(BUILTIN)
                ? builtin(source.substring(BUILTIN.length()))
                : file(files.find("problems", path(source)), AnswerSet.named(prefix(source)), badRows);
        if (problems.isEmpty()) {
            throw new ConfigurationException("problems must hold at least one problem, " + source + " has none");
        }
        return problems;
    }

    /** The files among some sources: what a manifest hashes. */
    public static List<Path> files(List<String> sources, FileFinder files) {
        return sources.stream()
                .filter(source -> !source.startsWith(BUILTIN))
                .distinct()
                .map(source -> files.find("problems", path(source)))
                .toList();
    }

    /** What stands before the file: the name of a data set, else nothing. */
    private static String prefix(String source) {
        int colon = source.indexOf(':');
        String word = colon < 0 ? "" : source.substring(0, colon);
        return AnswerSet.named(word).isPresent() ? word : "";
    }

    private static String path(String source) {
        String word = prefix(source);
        return word.isEmpty() ? source : source.substring(word.length() + 1);
    }

    private static List<Problem> builtin(String word) {
        Split split;
        try {
            split = Split.of(word);
        } catch (IllegalArgumentException unknown) {
            throw new ConfigurationException("problems: " + unknown.getMessage());
        }
        return BuiltinProblems.split(split).stream()
                .<Problem>map(ProblemSource::problem)
                .toList();
    }

    private static CodingProblem problem(BuiltinProblem problem) {
        TestSuite tests = TestSuite.of(problem.testList()).withReference(problem.code());
        return new CodingProblem(Integer.toString(problem.taskId()), problem.text(), problem.code(), tests, List.of());
    }

    private static List<Problem> file(Path file, Optional<AnswerSet> named, BadRows badRows) {
        List<JsonRows.Row> rows = JsonRows.read(file, broken -> pass(broken, badRows));
        boolean scripts = named.isEmpty()
                && rows.stream().findFirst().map(ScriptProblems::isOne).orElse(false);
        Optional<AnswerSet> answers = scripts
                ? Optional.empty()
                : named.or(() -> rows.stream().findFirst().flatMap(AnswerSet::of));
        List<Problem> problems = new ArrayList<>();
        Map<String, String> places = new HashMap<>();
        for (JsonRows.Row row : rows) {
            try {
                Problem problem = answers.isPresent()
                        ? answers.get().problem(row)
                        : scripts ? ScriptProblems.problem(row) : CodingProblems.problem(row);
                String before = places.putIfAbsent(problem.id(), row.place());
                if (before != null) {
                    throw new ProblemDataException(row.place() + ": the id " + problem.id()
                            + " must be the only one of its file, stands at " + before + " too");
                }
                problems.add(problem);
            } catch (ProblemDataException broken) {
                pass(broken, badRows);
            }
        }
        return problems;
    }

    private static void pass(ProblemDataException broken, BadRows badRows) {
        if (badRows == BadRows.STOP) {
            throw broken;
        }
        LOG.warn("row left out: {}", broken.getMessage());
    }
}
