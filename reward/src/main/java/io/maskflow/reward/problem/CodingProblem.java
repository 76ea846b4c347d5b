package io.maskflow.reward.problem;

import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A programming task with a trusted solution and tests.
 *
 * @param id as in the data set, such as {@code 11} or {@code HumanEval/0}
 * @param text what the model is asked for
 * @param reference a program that passes; empty if the data set has none
 * @param tests the tests that programs are graded by, with what they need
 * @param challenge further asserts that no prompt shows, possibly none
 * @param visibleTests the asserts that a prompt may show
 * @param row the row of the data file as JSON: what a list of selected problems is made of; empty for a problem of no file
 */
public record CodingProblem(
        String id,
        String text,
        String reference,
        TestSuite tests,
        List<String> challenge,
        List<String> visibleTests,
        String row)
        implements Problem {
    public CodingProblem {
        visibleTests = List.copyOf(visibleTests);
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(tests, "tests");
        Objects.requireNonNull(row, "row");
        challenge = List.copyOf(challenge);
    }

    /** A problem of no file, whose prompt may show the tests that it is graded by. */
    public CodingProblem(String id, String text, String reference, TestSuite tests, List<String> challenge) {
        this(id, text, reference, tests, challenge, tests.asserts(), "");
    }

    @Override
    public String entryPoint() {
        return tests.entryPoint();
    }

    /** The tests and the challenge tests together. */
    public TestSuite allTests() {
        if (challenge.isEmpty()) {
            return tests;
        }
        List<String> all = new ArrayList<>(tests.asserts());
        all.addAll(challenge);
        return new TestSuite(
                all,
                tests.setup(),
                tests.setupOrder(),
                tests.entryPoints(),
                tests.reference(),
                tests.program(),
                tests.entryPoint(),
                tests.prelude(),
                tests.pairs());
    }

    /** A program to be graded by the tests. */
    public Submission submission(String code) {
        return new Submission(id, code, tests);
    }
}
