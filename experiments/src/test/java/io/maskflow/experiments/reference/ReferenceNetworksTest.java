package io.maskflow.experiments.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text and the readable reference say the same for every choice of the description, on random weights. */
class ReferenceNetworksTest {

    private static final String SIZES = ", \"hidden_size\": 16, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
            + " \"vocab_size\": 30, \"max_position_embeddings\": 64, \"mask_token_id\": 29, \"eos_token_id\": 1,"
            + " \"intermediate_size\": 20}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"architectures\": [\"A2DQwen3LMHeadModel\"], \"head_dim\": 6, \"attention_bias\": true, \"num_key_value_heads\": 1",
                "\"architectures\": [\"A2DQwen2LMHeadModel\"], \"tie_word_embeddings\": true, \"num_key_value_heads\": 2",
                "\"architectures\": [\"DreamModel\"], \"num_key_value_heads\": 4",
                "\"architectures\": [\"StableDiffcoderForCausalLM\"], \"num_key_value_heads\": 2, \"rope_theta\": 500000.0",
                "\"architectures\": [\"LLaDAMoEModelLM\"], \"expert_intermediate_size\": 6, \"num_experts\": 5,"
                        + " \"num_experts_per_tok\": 3, \"qk_layernorm\": true, \"moe_layer_freq\": [1, 0],"
                        + " \"dense_intermediate_size\": 10",
                "\"architectures\": [\"LLaDA2MoeModelLM\"], \"num_experts\": 8, \"n_group\": 4, \"topk_group\": 2,"
                        + " \"num_experts_per_tok\": 2, \"moe_intermediate_size\": 6, \"num_shared_experts\": 2,"
                        + " \"partial_rotary_factor\": 0.5, \"num_key_value_heads\": 2"
            })
    void textAndReferenceAgree(String fields) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{" + fields + SIZES);
        Random random = new Random(2);
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        Backbones.design(folder).weights().shapes().forEach((name, shape) -> {
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * (shape.dimension() == 1 ? 1f : 0.2f);
            }
            writer.floats(name, values, shape.getShape());
        });
        writer.write(folder.resolve("model.safetensors"));
        int[][] ids = {{1, 5, 9, 20, 3, 28, 12}, {7, 8, 9, 10, 11, 12, 13}};
        try (NetworkPredictor script = Backbones.open(folder, BackboneOptions.standard());
                NetworkPredictor eager = ReferenceNetworks.open(folder)) {
            for (int block : new int[] {0, 3}) {
                float[] expected = eager.logits(ids, null, block);
                assertThat(script.logits(ids, null, block)).containsExactly(expected, within(1e-4f));
                assertThat(expected[0]).isNotEqualTo(expected[1]);
            }
        }
    }
}
