package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.objective.SoftMaskWeights;
import io.maskflow.alignment.objective.SoftMaskingObjective;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.decoder.softmask.RawSoftMask;
import io.maskflow.decoder.softmask.SoftMask;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Loss and gradients of one batch as plain arrays, by the very programs that train: for tests and conformance. */
public final class GradientProbe {

    private GradientProbe() {}

    /**
     * What was found.
     *
     * @param loss the weighted sum
     * @param squaredNorm {@code [B * N]} of Eq. 12; empty for a cross-entropy, lambda of soft masks
     * @param crossEntropy {@code [B * N]} in nats
     * @param gradients by weight name, row-major
     */
    public record Result(double loss, float[] squaredNorm, float[] crossEntropy, Map<String, float[]> gradients) {}

    /**
     * {@code sum weight_i CE_i}.
     *
     * @param backbone the model; its weights are left as they are
     * @param batch one batch
     * @param weights {@code [B * N]}
     * @return loss and gradients
     */
    public static Result maskedCrossEntropy(TrainableBackbone backbone, TrainingBatch batch, float[] weights) {
        return probe(backbone, batch, (scope, uploaded, backward) -> {
            TrainingLoss loss = TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weights));
            NDList result = backbone.differentiate(scope, uploaded, loss, backward);
            return new Found(result.get(0), new float[0], result.get(1).toFloatArray());
        });
    }

    /**
     * {@code sum weight_i ||X_pred - X_0||^2_i}.
     *
     * @param backbone the model; its weights are left as they are
     * @param batch one batch
     * @param weights {@code [B * N]}
     * @return loss and gradients
     */
    public static Result xPrediction(TrainableBackbone backbone, TrainingBatch batch, float[] weights) {
        return probe(backbone, batch, (scope, uploaded, backward) -> {
            TrainingLoss loss = TrainingLoss.of(
                    "alignment",
                    backbone.logits(scope, uploaded),
                    uploaded.positions(scope, weights),
                    uploaded.positions(scope, new float[weights.length]));
            NDList result = backbone.differentiate(scope, uploaded, loss, backward);
            return new Found(
                    result.get(0), result.get(1).toFloatArray(), result.get(3).toFloatArray());
        });
    }

    /**
     * The two passes of soft-masking training; every mask gets feedback.
     *
     * @param backbone the model; its weights are left as they are
     * @param batch one batch
     * @param weights {@code [B * N]} of the cross-entropy
     * @param soft the parameters of the feedback
     * @return loss and gradients, those of the raw parameters under {@code soft_masking.raw_scale}, {@code raw_steep},
     *     {@code raw_centre}, {@code raw_temperature}; {@code squaredNorm} holds lambda
     */
    public static Result softMasking(TrainableBackbone backbone, TrainingBatch batch, float[] weights, SoftMask soft) {
        SoftMaskWeights parameters = new SoftMaskWeights(backbone.manager(), RawSoftMask.of(soft));
        Objective.SoftMasking config = new Objective.SoftMasking(
                1,
                soft.k(),
                soft.omegaS(),
                soft.omegaA(),
                soft.omegaB(),
                soft.temperature(),
                1,
                MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN);
        SoftMaskingObjective objective = new SoftMaskingObjective(config, null, backbone, parameters);
        Result result = probe(backbone, batch, (scope, uploaded, backward) -> {
            NDList pass =
                    objective.secondPass(scope, batch, uploaded, weights, backbone.logits(scope, uploaded), backward);
            return new Found(
                    pass.get(0), pass.get(2).toFloatArray(), pass.get(1).toFloatArray());
        });
        Map<String, float[]> gradients = new LinkedHashMap<>(result.gradients());
        parameters.tensors().forEach((name, tensor) -> {
            try (NDManager scope = backbone.manager().newSubManager()) {
                gradients.put(name, AdamW.gradient(scope, tensor).toFloatArray());
            }
            tensor.close();
        });
        return new Result(result.loss(), result.squaredNorm(), result.crossEntropy(), gradients);
    }

    private record Found(NDArray loss, float[] squaredNorm, float[] crossEntropy) {}

    private interface Loss {
        Found of(NDManager scope, TrainableBackbone.Batch batch, TrainingObjective.Backward backward);
    }

    private static Result probe(TrainableBackbone backbone, TrainingBatch batch, Loss loss) {
        boolean recording = JniUtils.isGradMode();
        Map<String, NDArray> trained = backbone.train(Set.of());
        try (NDManager scope = backbone.manager().newSubManager()) {
            JniUtils.setGradMode(true);
            NDArray one = scope.create(1f);
            Found found = loss.of(
                    scope,
                    backbone.upload(scope, batch),
                    term -> JniUtils.backward((PtNDArray) term, (PtNDArray) one, false, false));
            Map<String, float[]> gradients = new LinkedHashMap<>();
            trained.forEach((name, weight) -> {
                gradients.put(name, AdamW.gradient(scope, weight).toFloatArray());
                JniUtils.zeroGrad((PtNDArray) weight);
            });
            return new Result(found.loss().getFloat(), found.squaredNorm(), found.crossEntropy(), gradients);
        } finally {
            JniUtils.setGradMode(recording);
        }
    }
}
