package io.maskflow.experiments.decoding;

/**
 * Who runs rollouts.
 *
 * @param type {@code in-process}: worker threads of this JVM
 * @param workers tasks at a time, each with its own copy of the backbone; 0 for one per core
 * @param threads engine threads of each worker
 * @param chunk samples of a group that are decoded together in training, 0 for all; halved when memory runs out
 */
public record FleetSettings(String type, int workers, int threads, int chunk) {

    /** Checks type and counts. */
    public FleetSettings {
        if (!type.equals("in-process")) {
            throw new IllegalArgumentException("fleet.type must be in-process, was \"" + type + "\"");
        }
        if (workers < 0) {
            throw new IllegalArgumentException("fleet.workers must be at least 0, was " + workers);
        }
        if (chunk < 0) {
            throw new IllegalArgumentException("fleet.chunk must be at least 0, was " + chunk);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("fleet.threads must be at least 1, was " + threads);
        }
    }

    /** One worker per core, one engine thread each. */
    public static FleetSettings defaults() {
        return new FleetSettings("in-process", 0, 1, 0);
    }

    /** Workers, with 0 resolved to the cores of this machine. */
    public int resolvedWorkers() {
        return workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
    }
}
