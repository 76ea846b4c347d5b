package io.maskflow.alignment.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's losses against the plain ones, and the plain ones against numbers worked by hand. */
class LossTest {

    @TempDir
    Path folder;

    /** Two logits ln 1 and ln 3: probabilities 1/4 and 3/4, cross-entropy of the first ln 4. */
    @Test
    void crossEntropyIsMinusTheLogOfTheProbability() {
        assertThat(MaskedCrossEntropy.crossEntropy(new double[] {0, Math.log(3)}, 0))
                .isCloseTo(Math.log(4), within(1e-12));
    }

    /** p = (1/2, 1/2), q = (1/4, 3/4): 1/2 ln 2 + 1/2 ln(2/3) = 1/2 ln(4/3). */
    @Test
    void divergenceOfTwoCoins() {
        assertThat(MaskedCrossEntropy.divergence(new double[] {0, 0}, new double[] {0, Math.log(3)}))
                .isCloseTo(0.5 * Math.log(4.0 / 3), within(1e-12));
    }

    /** x_pred = 1/4 (1, 0) + 3/4 (0, 2) = (1/4, 3/2); minus the target (1, 0): 9/16 + 9/4 = 45/16. */
    @Test
    void expectedEmbeddingAgainstTheCleanOne() {
        double[][] W = {{1, 0}, {0, 2}};
        assertThat(XPredictionLoss.squaredNorm(new double[] {0, Math.log(3)}, W, 0))
                .isCloseTo(45.0 / 16, within(1e-12));
    }

    /** B = 2, N = 2, sigma (1/2, 1/4), masked (yes, no), (no, yes): Eq. 1 gives 1/(2 * 1/2) = 1 and 1/(2 * 1/4) = 2. */
    @Test
    void weightsOfTheMaskedPositions() {
        TrainingBatch batch = new TrainingBatch(
                new int[][] {{2, 5}, {6, 2}},
                new boolean[][] {{true, true}, {true, true}},
                new int[][] {{4, 5}, {6, 9}},
                new boolean[][] {{true, false}, {false, true}},
                new double[] {0.5, 0.25});
        assertThat(MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM, Set.of(), 1))
                .containsExactly(1, 0, 0, 2);
        assertThat(MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(9), 3))
                .containsExactly(0.5f, 0, 0, 3);
        assertThat(MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(9), 3))
                .containsExactly(0.25f, 0, 0, 0.75f);
        assertThat(XPredictionLoss.weights(
                        batch, XPredictionLoss.Positions.UNMASKED, XPredictionLoss.Reduction.MEAN_OVER_ELEMENTS, 4))
                .containsExactly(0, 0.125f, 0.125f, 0);
        assertThat(XPredictionLoss.weights(
                        batch, XPredictionLoss.Positions.ALL, XPredictionLoss.Reduction.MEAN_OVER_POSITIONS, 4))
                .containsExactly(0.25f, 0.25f, 0.25f, 0.25f);
    }

    @Test
    void theEngineComputesThePlainLosses() throws Exception {
        Path source = TinyModel.architecture(folder);
        TrainingBatch batch = TinyModel.batch(0);
        try (TrainableBackbone backbone = TrainableBackbone.random(source, 1, Precision.F32);
                TrainableBackbone other = TrainableBackbone.random(source, 2, Precision.F32);
                NDManager scope = backbone.manager().newSubManager()) {
            TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
            NDArray z = backbone.logits(scope, uploaded);
            NDArray reference = other.logits(scope, uploaded);
            float[] weights = new float[24];
            java.util.Arrays.fill(weights, 1f / 24);
            TrainingLoss both = TrainingLoss.of(
                    "alignment", reference, uploaded.positions(scope, weights), uploaded.positions(scope, weights));
            var found = backbone.differentiate(scope, uploaded, both, term -> {});
            double[][] logits = TinyModel.rows(z.toFloatArray(), TinyModel.VOCABULARY);
            double[][] base = TinyModel.rows(reference.toFloatArray(), TinyModel.VOCABULARY);
            double[][] W = TinyModel.rows(TinyModel.weight(backbone, "wte.weight"), TinyModel.WIDTH);
            double sum = 0;
            for (int j = 0; j < 24; j++) {
                int target = batch.targetIds()[j / 6][j % 6];
                double squared = XPredictionLoss.squaredNorm(logits[j], W, target);
                double divergence = MaskedCrossEntropy.divergence(base[j], logits[j]);
                assertThat((double) found.get(1).toFloatArray()[j]).isCloseTo(squared, within(1e-5));
                assertThat((double) found.get(2).toFloatArray()[j]).isCloseTo(divergence, within(1e-5));
                assertThat((double) found.get(3).toFloatArray()[j])
                        .isCloseTo(MaskedCrossEntropy.crossEntropy(logits[j], target), within(1e-5));
                assertThat((double) found.get(4).toFloatArray()[j])
                        .isCloseTo(MaskedCrossEntropy.crossEntropy(base[j], target), within(1e-5));
                sum += (squared + divergence) / 24;
            }
            assertThat((double) found.get(0).getFloat()).isCloseTo(sum, within(1e-5));
        }
    }

    /** Along a random direction, d loss / d s = gradient . direction, in float32 by a central difference. */
    @Test
    void gradientsAreSlopes() throws Exception {
        for (boolean tied : List.of(true, false)) {
            Path source = TinyModel.architecture(folder, tied, tied ? 2 : 1);
            TrainingBatch batch = TinyModel.batch(1);
            float[] weights =
                    MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
            try (TrainableBackbone backbone = TrainableBackbone.random(source, 3, Precision.F32)) {
                Map<String, float[]> gradients = GradientProbe.maskedCrossEntropy(backbone, batch, weights)
                        .gradients();
                for (String name : gradients.keySet()) {
                    float[] direction = new float[gradients.get(name).length];
                    double slope = 0;
                    KeyedDraws draws = KeyedDraws.of(9, name.hashCode());
                    for (int i = 0; i < direction.length; i++) {
                        direction[i] = (float) draws.nextGaussian();
                        slope += direction[i] * gradients.get(name)[i];
                    }
                    double h = 2e-3;
                    double difference = (lossAt(source, batch, weights, name, direction, h)
                                    - lossAt(source, batch, weights, name, direction, -h))
                            / (2 * h);
                    assertThat(difference).as(name).isCloseTo(slope, within(2e-3 * (1 + Math.abs(slope))));
                }
            }
        }
    }

    private static double lossAt(
            Path source, TrainingBatch batch, float[] weights, String name, float[] direction, double h)
            throws Exception {
        try (TrainableBackbone backbone = TrainableBackbone.random(source, 3, Precision.F32)) {
            float[] moved = backbone.weights().get(name).toFloatArray();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += (float) (h * direction[i]);
            }
            backbone.train(Set.of()).get(name).set(moved);
            return GradientProbe.maskedCrossEntropy(backbone, batch, weights).loss();
        }
    }

    @Test
    void aDetachedCodebookChangesTheEmbeddingsGradientAlone() throws Exception {
        Path source = TinyModel.architecture(folder, false, 2);
        TrainingBatch batch = TinyModel.batch(2);
        float[] weights = XPredictionLoss.weights(
                batch, XPredictionLoss.Positions.ALL, XPredictionLoss.Reduction.MEAN_OVER_ELEMENTS, TinyModel.WIDTH);
        try (TrainableBackbone random = TrainableBackbone.random(source, 1, Precision.F32)) {
            BackboneFolder.write(source, random, folder.resolve("model"));
        }
        try (TrainableBackbone detached = TrainableBackbone.load(
                        folder.resolve("model"), Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED);
                TrainableBackbone full =
                        TrainableBackbone.load(folder.resolve("model"), Precision.F32, XPredictionLoss.Gradient.FULL)) {
            GradientProbe.Result one = GradientProbe.xPrediction(detached, batch, weights);
            GradientProbe.Result two = GradientProbe.xPrediction(full, batch, weights);
            assertThat(one.loss()).isEqualTo(two.loss());
            one.gradients().forEach((name, gradient) -> {
                if (name.endsWith("wte.weight")) {
                    assertThat(gradient).isNotEqualTo(two.gradients().get(name));
                } else {
                    assertThat(gradient).as(name).isEqualTo(two.gradients().get(name));
                }
            });
        }
    }
}
