package io.maskflow.alignment;

/**
 * What every training of a backbone needs to be told.
 *
 * @param seed root of every random draw
 * @param steps updates, at least 1
 * @param batchSize sequences per batch, at least 1
 * @param accumulate batches per update, at least 1
 * @param responseLength {@code N}, at least 1
 * @param sigmaMin smallest mask ratio, in (0, sigmaMax]
 * @param sigmaMax largest mask ratio, at most 1
 * @param precision of matrix products
 * @param learningRate the rate over the steps
 * @param optimizer AdamW and the gradient clip
 * @param checkpointEvery steps between checkpoints, at least 1
 */
public record TrainingConfig(
        long seed,
        long steps,
        int batchSize,
        int accumulate,
        int responseLength,
        double sigmaMin,
        double sigmaMax,
        Precision precision,
        LearningRate learningRate,
        AdamW.Settings optimizer,
        int checkpointEvery) {

    /** Checks the ranges. */
    public TrainingConfig {
        atLeastOne("steps", steps);
        atLeastOne("batchSize", batchSize);
        atLeastOne("accumulate", accumulate);
        atLeastOne("responseLength", responseLength);
        atLeastOne("checkpointEvery", checkpointEvery);
        if (!(sigmaMin > 0 && sigmaMin <= sigmaMax && sigmaMax <= 1)) {
            throw new IllegalArgumentException("sigmaMin and sigmaMax must satisfy 0 < sigmaMin <= sigmaMax <= 1, were "
                    + sigmaMin + " and " + sigmaMax);
        }
        if (learningRate == null) {
            throw new IllegalArgumentException("learningRate is missing");
        }
        precision = precision == null ? Precision.FLOAT32 : precision;
        optimizer = optimizer == null ? new AdamW.Settings(0.9, 0.98, 1e-8, 0.01, 1.0) : optimizer;
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    MaskCorruption corruption() {
        return new MaskCorruption(seed, sigmaMin, sigmaMax);
    }

    /** All that decides what a step does, but for its learning rate: that follows the schedule, which may be changed. */
    String fingerprint() {
        return "seed " + seed + ", batch " + batchSize + " x " + accumulate + ", length " + responseLength + ", sigma "
                + sigmaMin + " to " + sigmaMax + ", " + precision + ", " + optimizer;
    }
}
