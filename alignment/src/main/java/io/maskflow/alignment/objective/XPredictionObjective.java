package io.maskflow.alignment.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.network.TrainableBackbone;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * x-prediction alignment: teaches a mask predictor to give a clean token back when it sees it, so that a decoding state
 * that has arrived stays where it is.
 *
 * <p>Every step logs the curves of the paper's Fig. 2: {@code mse_masked} and {@code mse_unmasked} (Eq. 12 per embedding
 * element), {@code ce_masked} and {@code ce_masked_reference} (cross-entropy of the model and, where the loss or adapters
 * keep it at hand, of the frozen base).
 *
 * @paper XF Sec. 4.1, 5.1
 */
public final class XPredictionObjective implements TrainingObjective {

    private final Objective.XPrediction config;
    private final TrainingBatches batches;
    private final TrainableBackbone backbone;
    private final TrainableBackbone frozen;

    /**
     * An objective.
     *
     * @param frozen a second copy of the base, or the backbone itself where only adapters on it are trained
     */
    public XPredictionObjective(
            Objective.XPrediction config,
            TrainingBatches batches,
            TrainableBackbone backbone,
            TrainableBackbone frozen) {
        this.config = config;
        this.batches = batches;
        this.backbone = backbone;
        this.frozen = frozen;
    }

    @Override
    public Value loss(NDManager scope, long number, Backward backward) {
        TrainingBatch batch = batches.batch(number);
        TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
        int E = backbone.embeddingSize();
        float[] weights = XPredictionLoss.weights(batch, config.mode().positions(), config.reduction(), E);
        float[] divergenceWeights =
                MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(), 1);
        float factor = config.mode().divergence() ? (float) config.divergenceWeight() : 0f;
        for (int j = 0; j < divergenceWeights.length; j++) {
            divergenceWeights[j] *= factor;
        }
        boolean compares = config.comparesWithBase() || frozen.adapter() != null;
        NDArray plain = uploaded.positions(scope, weights);
        TrainingLoss loss = compares
                ? TrainingLoss.of(
                        "alignment",
                        frozen.baseLogits(scope, uploaded),
                        plain,
                        uploaded.positions(scope, divergenceWeights))
                : TrainingLoss.of("x_prediction", plain);
        NDList result = backbone.differentiate(scope, uploaded, loss, backward);
        float[] squared = result.get(1).toFloatArray();
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put("mse_masked", Curves.meanWhere(batch, squared, true) / E);
        curves.put("mse_unmasked", Curves.meanWhere(batch, squared, false) / E);
        curves.put(
                "ce_masked",
                Curves.meanWhere(batch, result.get(compares ? 3 : 2).toFloatArray(), true));
        if (compares) {
            curves.put(
                    "ce_masked_reference", Curves.meanWhere(batch, result.get(4).toFloatArray(), true));
            curves.put("kl_masked", Curves.meanWhere(batch, result.get(2).toFloatArray(), true));
        }
        return new Value(result.get(0).getFloat(), batch.tokens(), curves);
    }
}
