package io.maskflow.experiments.problems;

import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.SandboxLimits;
import java.io.Serializable;
import java.util.Objects;

/**
 * How programs are graded.
 *
 * @param sandbox isolation level: {@code auto} for the strongest that works here, or its name
 * @param workers programs graded at a time, 0 for one per core
 * @param unsafe whether a level that does not protect the machine is accepted
 * @param limits what one assert may use
 * @param sitePackages a folder of installed packages, or a virtual environment, that tests and programs may import from
 *     (read-only) besides the interpreter's own; empty for none
 */
public record GraderChoice(String sandbox, int workers, boolean unsafe, SandboxLimits limits, String sitePackages)
        implements Serializable {

    /** Checks level and count. */
    public GraderChoice {
        Objects.requireNonNull(limits, "limits");
        if (workers < 0) {
            throw new IllegalArgumentException("grader.workers must be at least 0, was " + workers);
        }
        Objects.requireNonNull(sitePackages, "sitePackages");
        settings(sandbox, workers, unsafe, limits, sitePackages);
    }

    /** The strongest level, a worker per core, limits that every reference solution of MBPP keeps. */
    public static GraderChoice defaults() {
        return new GraderChoice("auto", 0, false, SandboxLimits.DEFAULT, "");
    }

    /** For training, where endless programs are common: the same with {@link SandboxLimits#QUICK}. */
    public static GraderChoice training() {
        return new GraderChoice("auto", 0, false, SandboxLimits.QUICK, "");
    }

    /** For the grader. */
    public GraderSettings settings() {
        return settings(sandbox, workers, unsafe, limits, sitePackages);
    }

    private static GraderSettings settings(
            String sandbox, int workers, boolean unsafe, SandboxLimits limits, String sitePackages) {
        GraderSettings base = GraderSettings.defaults();
        GraderSettings chosen = new GraderSettings(
                base.level(),
                workers == 0 ? base.workers() : workers,
                limits,
                base.python(),
                base.cacheSize(),
                unsafe,
                sitePackages);
        return chosen.withLevel(sandbox);
    }
}
