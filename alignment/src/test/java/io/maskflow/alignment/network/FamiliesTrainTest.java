package io.maskflow.alignment.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.recipe.MaskCorruption;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.network.Backbones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family trains: the training pass says what the decoder's network says under the model's own attention, and its gradients are
 * the slopes of the loss.
 */
class FamiliesTrainTest {

    private static final int MASK = 22;
    private static final int N = 6;
    private static final String IDS =
            ", \"vocab_size\": 24, \"mask_token_id\": 22, \"eos_token_id\": 1, \"pad_token_id\": 0"
                    + ", \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"max_position_embeddings\": 64}";
    private static final Map<String, String> CONFIGS = Map.of(
            "a2d-qwen3",
            "{\"architectures\": [\"A2DQwen3LMHeadModel\"], \"hidden_size\": 16, \"head_dim\": 6, \"intermediate_size\": 20,"
                    + " \"num_key_value_heads\": 2, \"tie_word_embeddings\": true, \"attention_bias\": true" + IDS,
            "open-dcoder",
            "{\"architectures\": [\"Qwen2ForCausalLM\"], \"hidden_size\": 16, \"intermediate_size\": 20,"
                    + " \"num_key_value_heads\": 2, \"tie_word_embeddings\": true" + IDS,
            "sdar",
            "{\"architectures\": [\"SDARForCausalLM\"], \"hidden_size\": 16, \"head_dim\": 6, \"intermediate_size\": 20,"
                    + " \"num_key_value_heads\": 2, \"block_size\": 4" + IDS,
            "llada-moe",
            "{\"architectures\": [\"LLaDAMoEModelLM\"], \"hidden_size\": 16, \"expert_intermediate_size\": 6, \"num_experts\": 5,"
                    + " \"num_experts_per_tok\": 2, \"qk_layernorm\": true, \"moe_layer_freq\": [0, 1],"
                    + " \"dense_intermediate_size\": 10" + IDS,
            "llada2",
            "{\"architectures\": [\"LLaDA2MoeModelLM\"], \"hidden_size\": 16, \"head_dim\": 6, \"intermediate_size\": 20,"
                    + " \"num_key_value_heads\": 2, \"first_k_dense_replace\": 1, \"num_experts\": 8, \"n_group\": 4,"
                    + " \"topk_group\": 2, \"num_experts_per_tok\": 2, \"moe_intermediate_size\": 6, \"num_shared_experts\": 1,"
                    + " \"routed_scaling_factor\": 2.5" + IDS);

    @TempDir
    Path folder;

    private static TrainingBatch batch() {
        List<TrainingExample> examples = new ArrayList<>();
        for (int b = 0; b < 2; b++) {
            examples.add(new TrainingExample(new int[] {3 + b, 7, 5, 9 - b, 4}, new int[] {8, 9 + b, 10, 11, 12}));
        }
        boolean[][] masked = {{true, false, true, true, false, true}, {false, true, true, false, true, true}};
        return TrainingBatch.of(
                examples,
                N,
                new TrainingBatch.SpecialTokens(MASK, 1, 0),
                new MaskCorruption.Masks(new double[2], masked));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a2d-qwen3", "open-dcoder", "sdar", "llada-moe", "llada2"})
    void trainingComputesTheDecodersNetworkAndItsSlopes(String family) throws IOException {
        Files.writeString(folder.resolve("config.json"), CONFIGS.get(family));
        TrainingBatch batch = batch();
        try (TrainableBackbone backbone = TrainableBackbone.random(folder, 5, Precision.F32)) {
            Path written = folder.resolve("written");
            BackboneFolder.write(folder, backbone, written);
            float[] trained;
            try (NDManager scope = backbone.manager().newSubManager()) {
                trained = backbone.logits(scope, backbone.upload(scope, batch)).toFloatArray();
            }
            assertSameLogits(written, batch, trained);
            assertSlopes(backbone, batch);
        }
    }

    private static void assertSameLogits(Path model, TrainingBatch batch, float[] trained) {
        try (NetworkPredictor network = Backbones.open(model, BackboneOptions.standard())) {
            BackboneInfo info = network.info();
            float[] all =
                    network.logits(batch.inputIds(), null, info.attention().blockLength());
            int T = batch.inputIds()[0].length;
            int V = info.vocabularySize();
            int shift = info.logitsPredictNext() ? 1 : 0;
            for (int b = 0; b < batch.rows(); b++) {
                for (int i = 0; i < N; i++) {
                    for (int v = 0; v < V; v++) {
                        float expected = all[(b * T + T - N - shift + i) * V + v];
                        assertThat(trained[(b * N + i) * V + v]).isCloseTo(expected, within(2e-4f));
                    }
                }
            }
        }
    }

    /** Central differences of the loss in one element of every tensor, against the gradient. */
    private static void assertSlopes(TrainableBackbone backbone, TrainingBatch batch) {
        float[] weights = new float[2 * N];
        for (int j = 0; j < weights.length; j++) {
            weights[j] = batch.masked()[j / N][j % N] ? 0.5f : 0f;
        }
        Map<String, float[]> gradients =
                GradientProbe.maskedCrossEntropy(backbone, batch, weights).gradients();
        int compared = 0;
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            float[] gradient = entry.getValue();
            int at = 0;
            for (int j = 0; j < gradient.length; j++) {
                at = Math.abs(gradient[j]) > Math.abs(gradient[at]) ? j : at;
            }
            if (Math.abs(gradient[at]) < 1e-3 || entry.getKey().endsWith("gate.weight")) {
                continue; // too flat for float32 differences; a router's choice is no slope
            }
            double slope = (loss(backbone, batch, weights, entry.getKey(), at, 1e-2f)
                            - loss(backbone, batch, weights, entry.getKey(), at, -1e-2f))
                    / 2e-2;
            assertThat(slope)
                    .as("%s[%d]", entry.getKey(), at)
                    .isCloseTo(gradient[at], within(2e-2 * Math.max(0.2, Math.abs(gradient[at]))));
            compared++;
        }
        assertThat(compared).isGreaterThan(gradients.size() / 2);
    }

    private static double loss(
            TrainableBackbone backbone, TrainingBatch batch, float[] weights, String name, int at, float change) {
        NDArray tensor = backbone.weights().get(name);
        float[] before = tensor.toFloatArray();
        float[] moved = before.clone();
        moved[at] += change;
        TrainableBackbone.withoutGradient(() -> {
            tensor.set(moved);
            return tensor;
        });
        double loss = GradientProbe.maskedCrossEntropy(backbone, batch, weights).loss();
        TrainableBackbone.withoutGradient(() -> {
            tensor.set(before);
            return tensor;
        });
        return loss;
    }
}
