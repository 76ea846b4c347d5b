package io.maskflow.alignment;

import io.maskflow.alignment.data.InstructionData;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.EndTokens;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.DecodingBudget;

/**
 * Settings of {@code align}.
 *
 * @param backbone the model to fine-tune: {@code builtin}, {@code builtin/NAME} or a folder in Hugging Face layout
 * @param objective what is minimised
 * @param data prompts and answers
 * @param adapter low-rank adapters in place of all weights
 * @param training length, batch, mask ratios, rate, optimizer
 * @param freezeVocabulary leaves the embedding and the output head as they are
 * @param answers how many pairs are trained on, at least 1; a file with fewer gives all that it has
 * @param answerSource where the answers come from
 * @param answerBudget steps over length with which answers are generated, by plain mask prediction
 */
public record AlignConfig(
        String backbone,
        Objective objective,
        InstructionData data,
        AdapterConfig adapter,
        TrainingConfig training,
        boolean freezeVocabulary,
        int answers,
        AnswerSource answerSource,
        DecodingBudget answerBudget) {

    /** Where the answers come from. */
    public enum AnswerSource {
        /** As the objective has it. */
        AUTO,
        /** The backbone's own. */
        SELF,
        /** The reference answers of the data. */
        REFERENCE
    }

    /** Checks the ranges. */
    public AlignConfig {
        if (backbone == null || backbone.isBlank()) {
            throw new IllegalArgumentException("backbone must name a folder with config.json and model.safetensors");
        }
        TrainingConfig.present("objective", objective);
        TrainingConfig.present("data", data);
        TrainingConfig.present("adapter", adapter);
        TrainingConfig.present("training", training);
        TrainingConfig.present("answerSource", answerSource);
        TrainingConfig.present("answerBudget", answerBudget);
        if (answers < 1) {
            throw new IllegalArgumentException("answers must be at least 1, was " + answers);
        }
        if (objective instanceof Objective.EvoToken
                && (training.blockLength() > 0 || training.endTokens().rule() != EndTokens.Rule.FILL)) {
            throw new IllegalArgumentException("training.blockLength must be 0 and training.endTokens.rule fill with"
                    + " objective evotoken, which has blocks of its own (objective.blockLength), were "
                    + training.blockLength() + " and " + training.endTokens());
        }
        if (objective instanceof Objective.EvoToken evo && evo.blockLength() > training.responseLength()) {
            throw new IllegalArgumentException("objective.blockLength must be at most training.responseLength = "
                    + training.responseLength() + ", was " + evo.blockLength());
        }
    }

    /**
     * x-prediction in mode {@code paper} on the built-in model: the settings of the prototype behind this project; the
     * paper gives 100 to 400 steps and leaves the rest open.
     */
    public static AlignConfig defaults() {
        return new AlignConfig(
                "builtin",
                Objective.XPrediction.defaults(),
                InstructionData.defaults(),
                AdapterConfig.defaults(),
                TrainingConfig.defaults(),
                true,
                768,
                AnswerSource.AUTO,
                new DecodingBudget(1, 1));
    }

    /** Whether the backbone answers itself. */
    public boolean selfGenerated() {
        return switch (answerSource) {
            case AUTO -> objective.selfGenerated();
            case SELF -> true;
            case REFERENCE -> false;
        };
    }

    /** Says under which settings a checkpoint is valid; the length of the run may change. */
    String fingerprint() {
        String adapters = adapter.type() == AdapterConfig.Type.NONE
                ? "no adapter"
                : adapter.type() + " r " + adapter.rank() + " alpha " + adapter.alpha() + " on " + adapter.targets();
        return "align " + objective + ", " + adapters + ", freezeVocabulary " + freezeVocabulary + ", " + answers
                + " answers (" + answerSource + ") at " + answerBudget + ", "
                + (data.equals(InstructionData.defaults()) ? "" : data + ", ") + training.fingerprint();
    }
}
