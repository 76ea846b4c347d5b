package io.maskflow.experiments.training.settings;

/**
 * Which answers of the training are written to {@code samples.jsonl} (and to the page and the event files).
 *
 * @param every steps between those whose answers are written, 0 for none
 * @param answers how many of such a step, the first of as many groups; at least 1
 */
public record SampleSettings(int every, int answers) {

    /** Checks the counts. */
    public SampleSettings {
        if (every < 0) {
            throw new IllegalArgumentException("samples.every must be at least 0, 0 for none, was " + every);
        }
        if (answers < 1) {
            throw new IllegalArgumentException("samples.answers must be at least 1, was " + answers);
        }
    }

    /** Four answers of every tenth step. */
    public static SampleSettings defaults() {
        return new SampleSettings(10, 4);
    }
}
