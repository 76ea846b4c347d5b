package io.maskflow.alignment.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.recipe.MaskCorruption;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.softmask.SoftMask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Losses and gradients against {@code golden/llada-losses.json}, and the training forward against the decoder's. */
class GoldenLossTest {

    private static final Path MODEL = Path.of("../flow-decoder/src/test/resources/golden/llada-tiny");

    private final JsonNode golden = golden();
    private final TrainingBatch batch = batch();

    @Test
    void xPredictionEqualsTheReferenceInBothGradientConventions() {
        for (XPredictionLoss.Gradient gradient : XPredictionLoss.Gradient.values()) {
            JsonNode expected = golden.at("/results/"
                    + (gradient == XPredictionLoss.Gradient.FULL ? "xpred.full_gradient" : "xpred.codebook_detached"));
            try (TrainableBackbone backbone = TrainableBackbone.load(MODEL, Precision.F32, gradient)) {
                float[] weights = XPredictionLoss.weights(
                        batch,
                        XPredictionLoss.Positions.ALL,
                        XPredictionLoss.Reduction.MEAN_OVER_ELEMENTS,
                        backbone.embeddingSize());
                GradientProbe.Result found = GradientProbe.xPrediction(backbone, batch, weights);
                check(expected, "mean_over_elements", found);
            }
        }
    }

    @Test
    void mdlmLossEqualsTheReference() {
        try (TrainableBackbone backbone =
                TrainableBackbone.load(MODEL, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED)) {
            float[] weights =
                    MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
            check(
                    golden.at("/results/mdlm"),
                    "normalised_by_response_length",
                    GradientProbe.maskedCrossEntropy(backbone, batch, weights));
        }
    }

    @Test
    void softMaskingLossAndTheGradientsOfItsParametersEqualTheReference() {
        try (TrainableBackbone backbone =
                TrainableBackbone.load(MODEL, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED)) {
            float[] weights =
                    MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
            for (String key : List.of("softmask_two_pass.k3", "softmask_two_pass.k1")) {
                JsonNode expected = golden.get("results").get(key);
                JsonNode omega = expected.get("omega");
                SoftMask soft = new SoftMask(
                        omega.get("s").doubleValue(),
                        omega.get("a").doubleValue(),
                        omega.get("b").doubleValue(),
                        expected.get("k").intValue(),
                        1);
                GradientProbe.Result found = GradientProbe.softMasking(backbone, batch, weights, soft);
                double loss = expected.get("loss_normalised_by_response_length").doubleValue();
                assertThat(found.loss()).isCloseTo(loss, within(1e-5 * loss));
                Map.of("scale", "grad_raw_scale", "steep", "grad_raw_steep", "centre", "grad_raw_centre_neg")
                        .forEach((name, field) -> {
                            double value = expected.get(field).doubleValue();
                            assertThat((double) found.gradients().get("soft_masking.raw_" + name)[0])
                                    .isCloseTo(value, within(1e-3 * (0.01 + Math.abs(value))));
                        });
                for (int j = 0; j < found.squaredNorm().length; j++) {
                    double lambda = expected.get("lambda_response")
                            .get(j / 14)
                            .get(j % 14)
                            .doubleValue();
                    assertThat((double) found.squaredNorm()[j]).isCloseTo(lambda, within(1e-4));
                }
            }
        }
    }

    /** The training text avoids in-place operations and fused attention; with padding on the left it must still agree. */
    @Test
    void theTrainingForwardGivesTheDecodersLogits() {
        TrainingBatch padded = TrainingBatch.of(
                List.of(
                        new TrainingExample(new int[] {5, 6, 7, 8, 9}, new int[] {10, 11, 12}),
                        new TrainingExample(new int[] {20, 21}, new int[] {22, 23, 24, 25})),
                6,
                new TrainingBatch.SpecialTokens(312, 300, 300),
                new MaskCorruption(1, 0.5, 0.5).draw(0, 2, 6));
        int T = padded.inputIds()[0].length;
        try (TrainableBackbone backbone =
                        TrainableBackbone.load(MODEL, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED);
                NetworkPredictor decoder = Backbones.open(MODEL, BackboneOptions.standard());
                NDManager scope = backbone.manager().newSubManager()) {
            TrainableBackbone.Batch uploaded = backbone.upload(scope, padded);
            NDArray z = backbone.logits(scope, uploaded);
            float[] training = z.toFloatArray(); // [B, N, V]
            float[] decoding = decoder.logits(padded.inputIds(), padded.visible()); // [B * T, V]
            int V = training.length / 12;
            for (int b = 0; b < 2; b++) {
                for (int i = 0; i < 6; i++) {
                    for (int v = 0; v < V; v++) {
                        assertThat(training[(b * 6 + i) * V + v])
                                .isCloseTo(decoding[(b * T + T - 6 + i) * V + v], within(1e-4f));
                    }
                }
            }
        }
    }

    private void check(JsonNode expected, String reduction, GradientProbe.Result found) {
        double loss = expected.get("loss").get(reduction).doubleValue();
        assertThat(found.loss()).isCloseTo(loss, within(1e-5 * loss));
        Map<String, float[]> gradients = found.gradients();
        expected.get("gradients").fields().forEachRemaining(entry -> {
            double squares = 0;
            for (float value : gradients.get(entry.getKey())) {
                squares += (double) value * value;
            }
            double norm = entry.getValue().get("norm").doubleValue();
            assertThat(Math.sqrt(squares)).as(entry.getKey()).isCloseTo(norm, within(1e-4 * norm));
        });
    }

    private TrainingBatch batch() {
        int prompt = golden.get("prompt_len").intValue();
        int N = golden.get("response_len").intValue();
        int[][] input = new int[2][prompt + N];
        boolean[][] visible = new boolean[2][prompt + N];
        int[][] target = new int[2][N];
        boolean[][] masked = new boolean[2][N];
        double[] sigma = new double[2];
        for (int b = 0; b < 2; b++) {
            sigma[b] = golden.get("sigma").get(b).doubleValue();
            for (int j = 0; j < prompt + N; j++) {
                input[b][j] = golden.get("input_ids").get(b).get(j).intValue();
                visible[b][j] = true;
                if (j >= prompt) {
                    target[b][j - prompt] =
                            golden.get("token_ids").get(b).get(j).intValue();
                    masked[b][j - prompt] = golden.get("masked").get(b).get(j).booleanValue();
                }
            }
        }
        return new TrainingBatch(input, visible, target, masked, sigma);
    }

    private static JsonNode golden() {
        try (InputStream in = GoldenLossTest.class.getResourceAsStream("/golden/llada-losses.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
