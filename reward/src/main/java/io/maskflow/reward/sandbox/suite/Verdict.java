package io.maskflow.reward.sandbox.suite;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What the grader says about one program.
 *
 * @param kind {@code PASSED} only if all tests pass, else the class of the first test that did not
 * @param tests one class per test, in the order of the tests; empty when there is no verdict
 * @param seconds wall seconds, >= 0
 * @param cpuSeconds CPU seconds of the candidate's processes, >= 0
 * @param note a few words for a reader, possibly empty; decides nothing
 */
public record Verdict(VerdictKind kind, List<VerdictKind> tests, double seconds, double cpuSeconds, String note)
        implements Serializable {
    public Verdict {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(note, "note");
        tests = List.copyOf(tests);
        if (!(seconds >= 0) || !(cpuSeconds >= 0)) {
            throw new IllegalArgumentException(
                    "seconds and cpuSeconds must be >= 0, were " + seconds + ", " + cpuSeconds);
        }
        if (kind != VerdictKind.NO_VERDICT && tests.isEmpty()) {
            throw new IllegalArgumentException("a verdict needs at least one test");
        }
    }

    /** The verdict of the given test classes. */
    public static Verdict of(List<VerdictKind> tests, double seconds, double cpuSeconds, String note) {
        VerdictKind kind =
                tests.stream().filter(k -> k != VerdictKind.PASSED).findFirst().orElse(VerdictKind.PASSED);
        return new Verdict(kind, tests, seconds, cpuSeconds, note);
    }

    /** Our own infrastructure failed, for the reason given. */
    public static Verdict none(String note) {
        return new Verdict(VerdictKind.NO_VERDICT, List.of(), 0, 0, note);
    }

    /** Did all tests pass? */
    public boolean passed() {
        return kind == VerdictKind.PASSED;
    }

    /** Is there a verdict at all? */
    public boolean decided() {
        return kind != VerdictKind.NO_VERDICT;
    }

    /**
     * Passed tests over tests that decide anything, in [0, 1].
     *
     * @throws IllegalStateException if there is no verdict: an outage is not a zero
     */
    public double passRate() {
        if (!decided()) {
            throw new IllegalStateException("no verdict, so no pass rate: " + note);
        }
        int deciding = tests.size() - Collections.frequency(tests, VerdictKind.NO_VERDICT);
        return (double) Collections.frequency(tests, VerdictKind.PASSED) / deciding;
    }

    /** Whether the same program would end the same way again. */
    public boolean repeatable() {
        return decided() && tests.stream().allMatch(VerdictKind::repeatable);
    }
}
