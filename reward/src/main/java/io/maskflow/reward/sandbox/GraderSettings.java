package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.process.SitePackages;
import java.util.Objects;
import java.util.Optional;

/**
 * How to grade.
 *
 * @param level the isolation level, or empty to take the strongest that works here
 * @param workers programs graded at the same time, 1 to 1024
 * @param limits what one assert may use
 * @param python the interpreter, or empty to find one
 * @param cacheSize verdicts remembered, 0 to 10 million; only those that cannot depend on the machine's load are
 * @param unsafe permits {@link IsolationLevel#RLIMITS_ONLY}, which protects nothing
 * @param sitePackages a folder of installed packages that tests and programs may import besides the interpreter's own, or the
 *     virtual environment that holds it; empty for none. See {@link SitePackages}
 */
public record GraderSettings(
        Optional<IsolationLevel> level,
        int workers,
        SandboxLimits limits,
        String python,
        int cacheSize,
        boolean unsafe,
        String sitePackages) {
    public GraderSettings {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(python, "python");
        Objects.requireNonNull(sitePackages, "sitePackages");
        if (workers < 1 || workers > 1024) {
            throw new IllegalArgumentException("workers must lie in [1, 1024], was " + workers);
        }
        if (cacheSize < 0 || cacheSize > 10_000_000) {
            throw new IllegalArgumentException("cacheSize must lie in [0, 10000000], was " + cacheSize);
        }
        if (level.isPresent() && level.get() == IsolationLevel.RLIMITS_ONLY && !unsafe) {
            throw new SandboxException(
                    "the level rlimits-only does not protect this machine; it is refused without the unsafe flag");
        }
    }

    /** The strongest level that works here, a worker per core, the default limits. */
    public static GraderSettings defaults() {
        return new GraderSettings(
                Optional.empty(),
                Math.min(64, Runtime.getRuntime().availableProcessors()),
                SandboxLimits.DEFAULT,
                "",
                100_000,
                false,
                "");
    }

    /** The same at a given level; {@code auto} takes the strongest that works here. */
    public GraderSettings withLevel(String word) {
        Optional<IsolationLevel> wanted = word.equals("auto") ? Optional.empty() : Optional.of(IsolationLevel.of(word));
        return new GraderSettings(wanted, workers, limits, python, cacheSize, unsafe, sitePackages);
    }

    /** The same with another number of workers. */
    public GraderSettings withWorkers(int count) {
        return new GraderSettings(level, count, limits, python, cacheSize, unsafe, sitePackages);
    }

    /** The same with other limits. */
    public GraderSettings withLimits(SandboxLimits other) {
        return new GraderSettings(level, workers, other, python, cacheSize, unsafe, sitePackages);
    }

    /** The same with a given interpreter. */
    public GraderSettings withPython(String other) {
        return new GraderSettings(level, workers, limits, other, cacheSize, unsafe, sitePackages);
    }

    /** The same with another number of remembered verdicts. */
    public GraderSettings withCacheSize(int size) {
        return new GraderSettings(level, workers, limits, python, size, unsafe, sitePackages);
    }

    /** The same with a folder of packages; empty for none. */
    public GraderSettings withSitePackages(String folder) {
        return new GraderSettings(level, workers, limits, python, cacheSize, unsafe, folder);
    }
}
