package io.maskflow.experiments.problems;

import io.maskflow.reward.sandbox.GraderSettings;

/**
 * How programs are graded.
 *
 * @param sandbox isolation level: {@code auto} for the strongest that works here, or its name
 * @param workers programs graded at a time, 0 for one per core
 * @param unsafe whether a level that does not protect the machine is accepted
 */
public record GraderChoice(String sandbox, int workers, boolean unsafe) {

    /** Checks level and count. */
    public GraderChoice {
        if (workers < 0) {
            throw new IllegalArgumentException("grader.workers must be at least 0, was " + workers);
        }
        settings(sandbox, workers, unsafe);
    }

    /** The strongest level, a worker per core. */
    public static GraderChoice defaults() {
        return new GraderChoice("auto", 0, false);
    }

    /** For the grader. */
    public GraderSettings settings() {
        return settings(sandbox, workers, unsafe);
    }

    private static GraderSettings settings(String sandbox, int workers, boolean unsafe) {
        GraderSettings base = GraderSettings.defaults();
        GraderSettings chosen = new GraderSettings(
                base.level(),
                workers == 0 ? base.workers() : workers,
                base.limits(),
                base.python(),
                base.cacheSize(),
                unsafe);
        return chosen.withLevel(sandbox);
    }
}
