package io.maskflow.alignment.objective;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TrainableBackbone;
import java.util.Map;
import java.util.Set;

/**
 * The objective of masked diffusion: prompts are clean, response tokens are masked at a random ratio, and the clean tokens
 * are predicted at the masked positions (XF Eq. 1).
 */
public final class MaskedDiffusionObjective implements TrainingObjective {

    private final MaskedCrossEntropy.Reduction reduction;
    private final Set<Integer> weightedTokens;
    private final double tokenWeight;
    private final TrainingBatches batches;
    private final TrainableBackbone backbone;

    /** The objective on given batches. */
    public MaskedDiffusionObjective(
            MaskedCrossEntropy.Reduction reduction,
            Set<Integer> weightedTokens,
            double tokenWeight,
            TrainingBatches batches,
            TrainableBackbone backbone) {
        this.reduction = reduction;
        this.weightedTokens = Set.copyOf(weightedTokens);
        this.tokenWeight = tokenWeight;
        this.batches = batches;
        this.backbone = backbone;
    }

    @Override
    public Value loss(NDManager scope, long number, Backward backward) {
        TrainingBatch batch = batches.batch(number);
        float[] weights = MaskedCrossEntropy.weights(batch, reduction, weightedTokens, tokenWeight);
        TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
        NDList result = backbone.differentiate(
                scope, uploaded, TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weights)), backward);
        float[] ce = result.get(1).toFloatArray();
        return new Value(
                result.get(0).getFloat(), batch.tokens(), Map.of("ce_masked", Curves.meanWhere(batch, ce, true)));
    }
}
