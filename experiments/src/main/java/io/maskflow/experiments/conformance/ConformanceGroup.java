package io.maskflow.experiments.conformance;

import java.nio.file.Path;
import java.util.List;

/** One group of golden cases, such as {@code forward/llada-tiny} or {@code numerics/grpo}. */
public interface ConformanceGroup {

    /** Name as printed: the path below the fixtures folder, without extension where it is one file. */
    String name();

    /**
     * Runs every case of the group.
     *
     * @param fixtures the fixtures folder
     * @return one result per case; empty if the group's files are not there (reported as skipped by name)
     */
    List<CaseResult> run(Path fixtures);

    /** How a case ended. */
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /**
     * Outcome of one case.
     *
     * @param name case name inside the group
     * @param outcome whether it matched within its tolerance, or was not run
     * @param detail what was compared and the largest difference found, what went wrong, or why it was not run
     */
    record CaseResult(String name, Outcome outcome, String detail) {

        /** A case that was run. */
        public CaseResult(String name, boolean passed, String detail) {
            this(name, passed ? Outcome.PASSED : Outcome.FAILED, detail);
        }

        /** A case that was not run, and why. */
        public static CaseResult skipped(String name, String reason) {
            return new CaseResult(name, Outcome.SKIPPED, reason);
        }

        /** Whether it was run and matched. */
        public boolean passed() {
            return outcome == Outcome.PASSED;
        }
    }
}
