package io.maskflow.alignment;

import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.recipe.LearningRate;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;

/**
 * Settings of {@code pretrain}: masked diffusion training from random weights.
 *
 * @param architecture folder with the {@code config.json} and {@code tokenizer.json} of the model to make
 * @param training length, batch, mask ratios, rate, optimizer
 * @param reduction how masked positions are averaged
 * @param digitWeight tokens that are a digit (with or without a leading blank) count this many times, above 0
 */
public record PretrainConfig(
        String architecture, TrainingConfig training, MaskedCrossEntropy.Reduction reduction, double digitWeight) {

    /** Checks the ranges. */
    public PretrainConfig {
        if (architecture == null || architecture.isBlank()) {
            throw new IllegalArgumentException("architecture must name a folder with config.json and tokenizer.json");
        }
        TrainingConfig.present("training", training);
        TrainingConfig.present("reduction", reduction);
        if (!(digitWeight > 0 && Double.isFinite(digitWeight))) {
            throw new IllegalArgumentException("digitWeight must be above 0, was " + digitWeight);
        }
    }

    /** How the built-in model was made. */
    public static PretrainConfig defaults() {
        return new PretrainConfig(
                "builtin",
                TrainingConfig.of(
                        10_000, new LearningRate(2e-3, 200, LearningRate.Shape.LINEAR_TAIL, 0.02), Precision.BF16),
                MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN,
                3);
    }

    /** Says under which settings a checkpoint is valid; the length of the run may change. */
    String fingerprint() {
        return "pretrain " + reduction + " digits x" + digitWeight + ", " + training.fingerprint();
    }
}
