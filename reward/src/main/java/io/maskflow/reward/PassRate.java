package io.maskflow.reward;

import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.util.Collections;

/**
 * How many of a program's asserts hold.
 *
 * @param passed asserts that hold, 0 to {@code total}
 * @param total asserts, >= 1
 */
public record PassRate(int passed, int total) {
    public PassRate {
        if (total < 1 || passed < 0 || passed > total) {
            throw new IllegalArgumentException(
                    "passed must lie in [0, total] and total be >= 1, were " + passed + ", " + total);
        }
    }

    /**
     * The pass rate of a verdict.
     *
     * @throws IllegalStateException if there is no verdict: an outage is not a zero
     */
    public static PassRate of(Verdict verdict) {
        if (!verdict.decided()) {
            throw new IllegalStateException("no verdict, so no pass rate: " + verdict.note());
        }
        return new PassRate(
                Collections.frequency(verdict.tests(), VerdictKind.PASSED),
                verdict.tests().size());
    }

    /** The share that holds, in [0, 1]. */
    public double value() {
        return (double) passed / total;
    }

    /** Do all hold? */
    public boolean all() {
        return passed == total;
    }
}
