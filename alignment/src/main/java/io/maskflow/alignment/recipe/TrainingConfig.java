package io.maskflow.alignment.recipe;

import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;

/**
 * What every training of a backbone needs to be told.
 *
 * @param seed root of every random draw
 * @param steps updates, at least 1
 * @param batchSize sequences per batch, at least 1
 * @param accumulate batches per update, at least 1
 * @param responseLength {@code N}, at least 1
 * @param endTokens how many end tokens follow an answer
 * @param blockLength positions of the block that is masked, at most {@code responseLength}; 0 for the whole response
 * @param sigmaMin smallest mask ratio, in (0, sigmaMax]
 * @param sigmaMax largest mask ratio, at most 1
 * @param checkpointBlocks whether activations inside the transformer's blocks are computed again in the backward pass
 * @param precision of matrix products; weights, gradients, norms, softmax and losses are float32 always
 * @param device {@code cpu}, {@code gpu} or {@code gpu:N}: where it is trained, and where answers are made for it
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
        EndTokens endTokens,
        int blockLength,
        double sigmaMin,
        double sigmaMax,
        CheckpointBlocks checkpointBlocks,
        Precision precision,
        String device,
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
        present("endTokens", endTokens);
        present("checkpointBlocks", checkpointBlocks);
        if (blockLength < 0 || blockLength > responseLength) {
            throw new IllegalArgumentException(
                    "blockLength must lie in [0, responseLength = " + responseLength + "], was " + blockLength);
        }
        present("precision", precision);
        if (device == null || !device.matches("cpu|gpu(:\\d+)?")) {
            throw new IllegalArgumentException("device must be cpu, gpu or gpu:N, was " + device);
        }
        present("learningRate", learningRate);
        present("optimizer", optimizer);
    }

    /** An alignment: 150 steps at a constant rate, in float32. */
    public static TrainingConfig defaults() {
        return of(150, LearningRate.defaults(), Precision.F32);
    }

    /** The recipe that the built-in models share, over so many steps. */
    public static TrainingConfig of(long steps, LearningRate learningRate, Precision precision) {
        return new TrainingConfig(
                20260,
                steps,
                32,
                1,
                48,
                EndTokens.defaults(),
                0,
                0.05,
                1.0,
                CheckpointBlocks.AUTO,
                precision,
                "cpu",
                learningRate,
                AdamW.Settings.defaults(),
                250);
    }

    /**
     * Refuses a setting that is missing.
     *
     * @param name the setting, for the message
     * @param value what was given, or null
     */
    public static void present(String name, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    /** What is masked under these settings. */
    public MaskCorruption corruption() {
        return new MaskCorruption(seed, sigmaMin, sigmaMax, blockLength);
    }

    /** All that decides what a step does, but for its learning rate: that follows the schedule, which may be changed. */
    public String fingerprint() {
        return "seed " + seed + ", batch " + batchSize + " x " + accumulate + ", length " + responseLength + ", sigma "
                + sigmaMin + " to " + sigmaMax + ", " + precision + ", " + optimizer
                + (endTokens.rule() == EndTokens.Rule.FILL ? "" : ", end tokens " + endTokens)
                + (blockLength == 0 ? "" : ", blocks of " + blockLength);
    }
}
