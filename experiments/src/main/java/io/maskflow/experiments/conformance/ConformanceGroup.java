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

    /**
     * Outcome of one case.
     *
     * @param name case name inside the group
     * @param passed whether it matched within its tolerance
     * @param detail what was compared and the largest difference found, or what went wrong
     */
    record CaseResult(String name, boolean passed, String detail) {}
}
