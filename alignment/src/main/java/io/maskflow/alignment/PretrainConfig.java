package io.maskflow.alignment;

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
        if (training == null) {
            throw new IllegalArgumentException("training is missing");
        }
        reduction = reduction == null ? MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN : reduction;
        if (!(digitWeight > 0 && Double.isFinite(digitWeight))) {
            throw new IllegalArgumentException("digitWeight must be above 0, was " + digitWeight);
        }
    }

    /** Says under which settings a checkpoint is valid; the length of the run may change. */
    String fingerprint() {
        return "pretrain " + reduction + " digits x" + digitWeight + ", " + training.fingerprint();
    }
}
