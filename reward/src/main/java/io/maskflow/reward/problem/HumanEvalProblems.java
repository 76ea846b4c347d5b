package io.maskflow.reward.problem;

import io.maskflow.reward.sandbox.suite.TestSuite;
import java.nio.file.Path;
import java.util.List;

/**
 * Problems in HumanEval's format, one JSON object a line: {@code task_id, prompt, entry_point, canonical_solution, test}, where
 * {@code test} defines {@code check(candidate)}. HumanEval+ in its original-format release reads the same. The helper functions that
 * a test uses come from the prompt, never from the candidate.
 */
public final class HumanEvalProblems {
    private HumanEvalProblems() {}

    /**
     * Reads a file, plain or gzip. The reference is prompt and canonical solution together: a whole program.
     *
     * @throws ProblemDataException if the file cannot be read or a row is broken; the message names file and line
     */
    public static List<CodingProblem> read(Path file) {
        return JsonRows.read(file).stream().map(HumanEvalProblems::problem).toList();
    }

    /**
     * One problem.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    public static CodingProblem problem(JsonRows.Row row) {
        String prompt = row.text("prompt");
        String reference = prompt + row.textOrEmpty("canonical_solution");
        return new CodingProblem(
                row.name("task_id", "id"),
                prompt,
                reference,
                suite(row),
                List.of(),
                List.of(),
                JsonRows.line(row.json()));
    }

    /** Is this a row of this form? It has a {@code test} script and names the function under test. */
    static boolean isHumanEval(JsonRows.Row row) {
        return row.json().hasNonNull("entry_point") && row.json().hasNonNull("test");
    }

    static TestSuite suite(JsonRows.Row row) {
        return TestSuite.program(row.text("test"), row.text("entry_point"), row.textOrEmpty("prompt"));
    }
}
