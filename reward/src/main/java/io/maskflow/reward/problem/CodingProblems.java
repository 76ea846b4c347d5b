package io.maskflow.reward.problem;

import io.maskflow.reward.sandbox.suite.TestSuite;
import java.nio.file.Path;
import java.util.List;

/**
 * Programming problems in whichever form they are published: MBPP, its sanitized set and MBPP+ ({@link MbppProblems}),
 * HumanEval and HumanEval+ ({@link HumanEvalProblems}), and both plus sets in EvalPlus's own form ({@link EvalPlusProblems}).
 * Each row says by its fields which it is. Whatever reads or grades problems does so through here.
 */
public final class CodingProblems {
    private CodingProblems() {}

    /**
     * Reads a file.
     *
     * @throws ProblemDataException if the file cannot be read or a row is broken; the message names file and line
     */
    public static List<CodingProblem> read(Path file) {
        return JsonRows.read(file).stream().map(CodingProblems::problem).toList();
    }

    /**
     * One problem.
     *
     * @throws ProblemDataException if a field is missing or wrong, or the row is of no known form
     */
    public static CodingProblem problem(JsonRows.Row row) {
        if (EvalPlusProblems.isNative(row)) {
            return EvalPlusProblems.problem(row);
        }
        return HumanEvalProblems.isHumanEval(row) ? HumanEvalProblems.problem(row) : MbppProblems.problem(row);
    }

    /**
     * The tests of a row that is no list of asserts: a script, a {@code check} function, or inputs with a trusted solution.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    public static TestSuite suite(JsonRows.Row row) {
        if (EvalPlusProblems.isNative(row)) {
            return EvalPlusProblems.suite(row);
        }
        return HumanEvalProblems.isHumanEval(row) ? HumanEvalProblems.suite(row) : MbppProblems.script(row);
    }

    /** Whether {@link #suite} has the tests of a row. */
    public static boolean hasScript(JsonRows.Row row) {
        return EvalPlusProblems.isNative(row) || HumanEvalProblems.isHumanEval(row) || MbppProblems.isPlus(row);
    }
}
