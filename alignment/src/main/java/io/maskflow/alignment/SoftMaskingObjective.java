package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.decoder.softmask.RawSoftMask;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.decoder.softmask.SoftMaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Soft-masking training. With probability p a batch takes two passes: the first, on binary masks and without a gradient,
 * gives the distributions that the second sees mixed into its masks; the loss is that of the second. Otherwise there is
 * one pass on binary masks, as at the beginning of a decoding.
 *
 * @paper SM Algorithm 1
 */
final class SoftMaskingObjective implements TrainingObjective {

    private static final long ACTIVATION = 21;

    private final Objective.SoftMasking config;
    private final TrainingBatches batches;
    private final TrainableBackbone backbone;
    private final SoftMaskWeights parameters;

    SoftMaskingObjective(
            Objective.SoftMasking config,
            TrainingBatches batches,
            TrainableBackbone backbone,
            SoftMaskWeights parameters) {
        this.config = config;
        this.batches = batches;
        this.backbone = backbone;
        this.parameters = parameters;
    }

    @Override
    public Value loss(NDManager scope, long number, Backward backward) {
        TrainingBatch batch = batches.batch(number);
        boolean fed = KeyedDraws.of(batches.training().seed(), ACTIVATION, number).nextDouble() < config.probability();
        float[] weights = MaskedCrossEntropy.weights(batch, config.reduction(), Set.of(), 1);
        TrainableBackbone.Batch uploaded = TrainableBackbone.Batch.upload(scope, batch);
        NDArray weight = uploaded.positions(scope, weights);
        NDList result = fed
                ? secondPass(scope, batch, uploaded, weight, backbone.logits(scope, uploaded))
                : backbone.call(scope, "masked_cross_entropy", uploaded, uploaded.target(), weight);
        backward.of(result.get(0));
        double ce = Curves.meanWhere(batch, result.get(1).toFloatArray(), true);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ce_masked", ce);
        SoftMask now = parameters.raw().bounded(config.k());
        metrics.put("omega_s", now.omegaS());
        metrics.put("omega_a", now.omegaA());
        metrics.put("omega_b", now.omegaB());
        if (config.k() == 0) {
            metrics.put("softmax_temperature", now.temperature());
        }
        metrics.put("feedback_active", fed ? 1.0 : 0.0);
        return new Value(result.get(0).getFloat(), batch.tokens(), metrics);
    }

    NDList secondPass(
            NDManager scope, TrainingBatch batch, TrainableBackbone.Batch uploaded, NDArray weight, NDArray first) {
        int N = batch.responseLength();
        float[] active = new float[batch.rows() * N];
        for (int j = 0; j < active.length; j++) {
            active[j] = batch.masked()[j / N][j % N] ? 1f : 0f;
        }
        return backbone.call(
                scope,
                "soft_masking",
                uploaded,
                uploaded.target(),
                weight,
                first,
                new NDList(parameters.tensors().values()),
                uploaded.positions(scope, active),
                scope.create(config.k()));
    }

    @Override
    public void writeBeside(Path model) throws IOException {
        RawSoftMask raw = parameters.raw();
        SoftMaskFile.write(model, raw.bounded(config.k()));
    }
}
