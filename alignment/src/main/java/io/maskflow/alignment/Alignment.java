package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.data.BatchOrder;
import io.maskflow.alignment.data.TrainingExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * x-prediction alignment: teaches a mask predictor to give a clean token back when it sees it, so that a decoding state
 * that has arrived stays where it is.
 *
 * <p>Every step logs the curves of the paper's Fig. 2: {@code mse_masked} and {@code mse_unmasked} (Eq. 12 per embedding
 * element), {@code ce_masked} and {@code ce_masked_reference} (cross-entropy of the model and of the frozen base).
 *
 * @paper XF Sec. 4.1, 5.1, Eq. 11-12
 */
public final class Alignment {

    private final AlignConfig config;
    private final Path source;
    private final TrainingExamples examples;

    /**
     * An alignment.
     *
     * @param config settings
     * @param source the folder that {@code config.backbone()} names
     * @param examples prompts with the answers to train on: self-generated ones for the modes that ask for them
     */
    public Alignment(AlignConfig config, Path source, TrainingExamples examples) {
        this.config = config;
        this.source = source;
        this.examples = examples;
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
        try (TrainableBackbone backbone = TrainableBackbone.load(source, training.precision(), config.gradient());
                TrainableBackbone frozen = TrainableBackbone.load(source, training.precision(), config.gradient())) {
            BatchOrder order = new BatchOrder(examples, training.batchSize(), training.seed());
            Set<String> kept = config.freezeVocabulary() ? backbone.vocabularyWeights() : Set.of();
            TrainingObjective objective = (scope, number) -> loss(scope, number, order, backbone, frozen);
            new Training(backbone, kept, objective, training, config.fingerprint()).run(run, resume, progress);
            Path model = run.resolve("model");
            BackboneFolder.write(source, backbone, model);
            return model;
        }
    }

    private TrainingObjective.Value loss(
            NDManager scope, long number, BatchOrder order, TrainableBackbone backbone, TrainableBackbone frozen) {
        TrainingConfig training = config.training();
        TrainingBatch batch = TrainingBatch.of(
                order.batch(number),
                training.responseLength(),
                backbone.specialTokens(),
                training.corruption().draw(number, training.batchSize(), training.responseLength()));
        TrainableBackbone.Batch uploaded = TrainableBackbone.Batch.upload(scope, batch);
        int E = backbone.embeddingSize();
        float[] weights = XPredictionLoss.weights(batch, config.mode().positions(), config.reduction(), E);
        float[] divergenceWeights = MaskedCrossEntropy.weights(
                batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(), 1);
        float factor = config.mode().divergence() ? (float) config.divergenceWeight() : 0f;
        for (int j = 0; j < divergenceWeights.length; j++) {
            divergenceWeights[j] *= factor;
        }
        NDList result = backbone.call(
                scope,
                "alignment",
                uploaded,
                uploaded.target(),
                reference(scope, uploaded, frozen),
                uploaded.positions(scope, weights),
                uploaded.positions(scope, divergenceWeights));
        float[] squared = result.get(1).toFloatArray();
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put("mse_masked", Curves.meanWhere(batch, squared, true) / E);
        curves.put("mse_unmasked", Curves.meanWhere(batch, squared, false) / E);
        curves.put("ce_masked", Curves.meanWhere(batch, result.get(3).toFloatArray(), true));
        curves.put("ce_masked_reference", Curves.meanWhere(batch, result.get(4).toFloatArray(), true));
        curves.put("kl_masked", Curves.meanWhere(batch, result.get(2).toFloatArray(), true));
        return new TrainingObjective.Value(result.get(0), batch.tokens(), curves);
    }

    /** Logits of the frozen base, without a gradient graph. */
    private static NDArray reference(NDManager scope, TrainableBackbone.Batch batch, TrainableBackbone frozen) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return frozen.call(scope, "reference_logits", batch, batch.target()).get(0);
        } finally {
            JniUtils.setGradMode(recording);
        }
    }
}
