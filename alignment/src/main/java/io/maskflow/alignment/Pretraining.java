package io.maskflow.alignment;

import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.BackboneFolder;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.objective.MaskedDiffusionObjective;
import io.maskflow.alignment.recipe.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Makes a masked diffusion language model from random weights: prompts are clean, response tokens are masked at a
 * random ratio, and the clean tokens are predicted at the masked positions (XF Eq. 1).
 */
public final class Pretraining {

    private final PretrainConfig config;
    private final Path architecture;
    private final TrainingExamples examples;
    private final Set<Integer> digitTokens;

    /**
     * A pretraining.
     *
     * @param config settings
     * @param architecture the folder that {@code config.architecture()} names
     * @param examples what is learned
     * @param digitTokens ids whose loss counts {@code config.digitWeight()} times
     */
    public Pretraining(PretrainConfig config, Path architecture, TrainingExamples examples, Set<Integer> digitTokens) {
        this.config = config;
        this.architecture = architecture;
        this.examples = examples;
        this.digitTokens = Set.copyOf(digitTokens);
    }

    /**
     * Trains and writes {@code model/} (Hugging Face layout), {@code metrics.jsonl} and {@code checkpoints/}.
     *
     * @param run folder of the run
     * @param resume go on from the newest checkpoint, if there is one
     * @param progress told after every step
     * @return the model's folder
     * @throws IOException if a file cannot be read or written
     */
    public Path run(Path run, boolean resume, TrainingProgress progress) throws IOException {
        TrainingConfig training = config.training();
        try (TrainableBackbone backbone =
                TrainableBackbone.random(architecture, training.seed(), training.precision(), training.device())) {
            backbone.checkpoint(training.checkpointBlocks());
            TrainingObjective objective = new MaskedDiffusionObjective(
                    config.reduction(),
                    digitTokens,
                    config.digitWeight(),
                    new TrainingBatches(training, examples, backbone.specialTokens()),
                    backbone);
            List<Training.Group> groups = List.of(new Training.Group(backbone.train(Set.of()), 1));
            new Training(backbone, groups, objective, training, config.fingerprint()).run(run, resume, progress);
            Path model = run.resolve("model");
            BackboneFolder.write(architecture, backbone, model);
            return model;
        }
    }
}
