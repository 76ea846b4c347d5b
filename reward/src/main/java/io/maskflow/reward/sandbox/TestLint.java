package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tests of a problem cannot tell: found from the tests alone, without running a program.
 *
 * @param items test items
 * @param vacuous asserts that compare the candidate with itself only, or do not call it: every program passes them
 * @param booleanOnly do all asserts ask for a truth value only? Then a constant passes a part of them
 * @param broken empty, or why an item gives no verdict: it does not parse, asserts nothing, or needs a module that is not here
 */
public record TestLint(int items, int vacuous, boolean booleanOnly, String broken) {

    /**
     * Looks at the tests of problems.
     *
     * @param python an interpreter, or empty to find one
     * @return one finding per suite, in the same order
     * @throws SandboxException if there is no Python, or it fails
     */
    public static List<TestLint> of(List<TestSuite> suites, String python) {
        List<TestLint> found = new ArrayList<>();
        try (Judge judge = new Judge(PythonRuntime.find(python))) {
            for (int i = 0; i < suites.size(); i++) {
                Judge.Plan plan = judge.plan("suite " + i, suites.get(i));
                List<Judge.Look> items = plan.items();
                int vacuous = items.stream().mapToInt(Judge.Look::vacuous).sum();
                boolean truth = !items.isEmpty() && items.stream().allMatch(Judge.Look::booleanOnly);
                String bad = items.stream()
                        .map(Judge.Look::bad)
                        .filter(b -> !b.isEmpty())
                        .findFirst()
                        .orElse("");
                found.add(new TestLint(
                        items.size(), vacuous, truth, plan.bad().isEmpty() ? bad : "does not parse: " + plan.bad()));
            }
        } catch (BrokenException e) {
            throw new SandboxException("the tests cannot be looked at: " + e.getMessage(), e);
        }
        return found;
    }
}
