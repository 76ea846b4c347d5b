package io.maskflow.alignment;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.data.BatchOrder;
import io.maskflow.alignment.data.TrainingExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes a masked diffusion language model from random weights: prompts are clean, response tokens are masked at a
 * random ratio, and the clean tokens are predicted at the masked positions.
 *
 * @paper XF Eq. 1
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
    public Pretraining(
            PretrainConfig config, Path architecture, TrainingExamples examples, Set<Integer> digitTokens) {
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
                TrainableBackbone.random(architecture, training.seed(), training.precision())) {
            BatchOrder order = new BatchOrder(examples, training.batchSize(), training.seed());
            TrainingObjective objective = (scope, number) -> loss(scope, number, order, backbone);
            new Training(backbone, Set.of(), objective, training, config.fingerprint()).run(run, resume, progress);
            Path model = run.resolve("model");
            BackboneFolder.write(architecture, backbone, model);
            return model;
        }
    }

    private TrainingObjective.Value loss(NDManager scope, long number, BatchOrder order, TrainableBackbone backbone) {
        TrainingConfig training = config.training();
        TrainingBatch batch = TrainingBatch.of(
                order.batch(number),
                training.responseLength(),
                backbone.specialTokens(),
                training.corruption().draw(number, training.batchSize(), training.responseLength()));
        float[] weights =
                MaskedCrossEntropy.weights(batch, config.reduction(), digitTokens, config.digitWeight());
        TrainableBackbone.Batch uploaded = TrainableBackbone.Batch.upload(scope, batch);
        NDList result = backbone.call(
                scope, "masked_cross_entropy", uploaded, uploaded.target(), uploaded.positions(scope, weights));
        float[] ce = result.get(1).toFloatArray();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ce_masked", Curves.meanWhere(batch, ce, true));
        return new TrainingObjective.Value(result.get(0), batch.tokens(), metrics);
    }
}
