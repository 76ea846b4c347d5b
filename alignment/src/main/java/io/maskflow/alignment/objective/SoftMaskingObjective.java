package io.maskflow.alignment.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.decoder.softmask.RawSoftMask;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.decoder.softmask.SoftMaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Soft-masking training. With probability p a sequence takes two passes: the first, on binary masks and without a gradient,
 * gives the distributions that the second sees mixed into its masks; the loss is that of the second. Otherwise there is
 * one pass on binary masks, as at the beginning of a decoding.
 *
 * @paper SM Algorithm 1
 */
public final class SoftMaskingObjective implements TrainingObjective {

    private static final long ACTIVATION = 21;

    private final Objective.SoftMasking config;
    private final TrainingBatches batches;
    private final TrainableBackbone backbone;
    private final SoftMaskWeights parameters;

    /** The objective of a backbone and its feedback weights. */
    public SoftMaskingObjective(
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
        float[] weights = MaskedCrossEntropy.weights(batch, config.reduction(), Set.of(), 1);
        List<Integer> fed = new ArrayList<>();
        List<Integer> binary = new ArrayList<>();
        for (int b = 0; b < batch.rows(); b++) {
            (fed(number, b) ? fed : binary).add(b);
        }
        double loss = 0;
        float[] ce = new float[weights.length];
        for (List<Integer> rows : List.of(fed, binary)) {
            if (!rows.isEmpty()) {
                try (NDManager part = scope.newSubManager()) {
                    loss += loss(part, batch, weights, rows, rows == fed, ce, backward);
                }
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ce_masked", Curves.meanWhere(batch, ce, true));
        SoftMask now = parameters.raw().bounded(config.k());
        metrics.put("omega_s", now.omegaS());
        metrics.put("omega_a", now.omegaA());
        metrics.put("omega_b", now.omegaB());
        if (config.k() == 0) {
            metrics.put("softmax_temperature", now.temperature());
        }
        metrics.put("feedback_active", (double) fed.size() / batch.rows());
        return new Value(loss, batch.tokens(), metrics);
    }

    /** Whether sequence {@code b} of a batch gets feedback: Algorithm 1 trains one sequence, so each has a draw of its own. */
    boolean fed(long number, int b) {
        long seed = batches.training().seed();
        return KeyedDraws.of(seed, ACTIVATION, number, b).nextDouble() < config.probability();
    }

    /** The share of some rows in the loss of a batch; their cross-entropies go to {@code ce}. */
    private double loss(
            NDManager scope,
            TrainingBatch batch,
            float[] weights,
            List<Integer> rows,
            boolean fed,
            float[] ce,
            Backward backward) {
        int N = batch.responseLength();
        TrainingBatch some = batch.only(rows);
        float[] weight = new float[rows.size() * N];
        for (int j = 0; j < weight.length; j++) {
            weight[j] = weights[rows.get(j / N) * N + j % N];
        }
        TrainableBackbone.Batch uploaded = backbone.upload(scope, some);
        NDList result = fed
                ? secondPass(scope, some, uploaded, weight, backbone.logits(scope, uploaded), backward)
                : backbone.differentiate(
                        scope,
                        uploaded,
                        TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weight)),
                        backward);
        float[] found = result.get(1).toFloatArray();
        for (int j = 0; j < found.length; j++) {
            ce[rows.get(j / N) * N + j % N] = found[j];
        }
        return result.get(0).getFloat();
    }

    /**
     * The second pass, which is learned from: the response is fed what the first pass said.
     *
     * @param first logits of the first pass
     * @return loss and cross-entropies
     */
    public NDList secondPass(
            NDManager scope,
            TrainingBatch batch,
            TrainableBackbone.Batch uploaded,
            float[] weight,
            NDArray first,
            Backward backward) {
        int N = batch.responseLength();
        float[] active = new float[batch.rows() * N];
        for (int j = 0; j < active.length; j++) {
            active[j] = batch.masked()[j / N][j % N] ? 1f : 0f;
        }
        TrainingLoss loss = TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weight))
                .onLearned(
                        "soft_inputs",
                        first,
                        new NDList(parameters.tensors().values()),
                        uploaded.positions(scope, active),
                        scope.create(config.k()));
        return backbone.differentiate(scope, uploaded, loss, backward);
    }

    @Override
    public void writeBeside(Path model) throws IOException {
        RawSoftMask raw = parameters.raw();
        SoftMaskFile.write(model, raw.bounded(config.k()));
    }
}
