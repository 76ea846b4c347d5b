package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of Dream, LLaDA2 and MDLM: what is refused, and what may be absent. */
class FamilyConfigTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private void copyWith(String model, String field, String value) throws IOException {
        Path golden = Golden.folder(model);
        ObjectNode config =
                (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
        if (value == null) {
            config.remove(field);
        } else {
            config.set(field, JSON.readTree(value));
        }
        JSON.writeValue(folder.resolve("config.json").toFile(), config);
        Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dream-tiny | hidden_act | \"gelu\"",
                "dream-tiny | rope_scaling | {\"type\": \"yarn\"}",
                "dream-tiny | use_sliding_window | true",
                "dream-tiny | use_mrope | true",
                "dream-tiny | quantization_config | {}",
                "dream-tiny | num_key_value_heads | 3",
                "dream-tiny | num_hidden_layers | 2147483647",
                "dream-tiny | hidden_size | 60",
                "dream-tiny | head_dim | 15",
                "dream-tiny | mask_token_id | 320",
                "dream-tiny | mask_token_id |",
                "dream-tiny | eos_token_id | []",
                "dream-tiny | eos_token_id | [300, 320]",
                "llada2-tiny | score_function | \"softmax\"",
                "llada2-tiny | norm_topk_prob | false",
                "llada2-tiny | use_bias | true",
                "llada2-tiny | use_qkv_bias | true",
                "llada2-tiny | rope_scaling | {\"factor\": 2}",
                "llada2-tiny | n_group | 3",
                "llada2-tiny | n_group | 16",
                "llada2-tiny | topk_group | 5",
                "llada2-tiny | num_experts_per_tok | 9",
                "llada2-tiny | num_experts | 2147483647",
                "llada2-tiny | partial_rotary_factor | 1.5",
                "llada2-tiny | rotary_dim | 6",
                "llada2-tiny | num_shared_experts | 2147483647",
                "llada2-tiny | first_k_dense_replace | -1",
                "mdlm-tiny | time_conditioning | true",
                "mdlm-tiny | n_heads | 5",
                "mdlm-tiny | cond_dim |",
                "mdlm-tiny | vocab_size | 2",
            })
    void aValueThatIsNotImplementedIsRefusedByName(String model, String field, String value) throws IOException {
        copyWith(model, field, value);
        assertThatThrownBy(() -> Backbones.open(folder, BackboneOptions.standard()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field)
                .hasMessageContaining("config.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dream-tiny | num_hidden_layers | 3 | missing: model.layers.2.",
                "llada2-tiny | use_qk_norm | false | query_layernorm",
                "llada2-tiny | num_shared_experts | 0 | shared_experts",
                "llada2-tiny | num_shared_experts | 2 | shared_experts",
                "llada2-tiny | moe_router_enable_expert_bias | false | expert_bias",
                "llada2-tiny | first_k_dense_replace | 2 | model.layers.1.mlp.gate_proj.weight",
                "llada2-tiny | num_experts | 20 | experts.16.",
                "mdlm-tiny | cond_dim | 25 | adaLN_modulation",
            })
    void weightsThatDoNotFitTheConfigurationAreNamed(String model, String field, String value, String tensor)
            throws IOException {
        copyWith(model, field, value);
        assertThatThrownBy(() -> Backbones.open(folder, BackboneOptions.standard()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("do not fit its config.json")
                .hasMessageContaining(tensor);
    }

    @ParameterizedTest
    @CsvSource({
        "dream-tiny, head_dim",
        "dream-tiny, hidden_act",
        "dream-tiny, tie_word_embeddings",
        "dream-tiny, pad_token_id",
        "llada2-tiny, rotary_dim",
        "llada2-tiny, partial_rotary_factor",
        "llada2-tiny, use_qk_norm",
        "llada2-tiny, moe_router_enable_expert_bias",
        "llada2-tiny, pad_token_id",
        "mdlm-tiny, time_conditioning"
    })
    void aFieldWithADefaultMayBeAbsent(String model, String field) throws IOException {
        copyWith(model, field, null);
        try (NetworkPredictor absent = Backbones.open(folder, BackboneOptions.standard());
                NetworkPredictor there = Backbones.open(Golden.folder(model), BackboneOptions.standard())) {
            int[][] ids = {{1, 2, 3}};
            assertThat(absent.logits(ids, null)).isEqualTo(there.logits(ids, null));
        }
    }

    @Test
    void theArchitectureStandsForAnAbsentModelType() throws IOException {
        copyWith("llada2-tiny", "model_type", null);
        assertThat(Backbones.describe(folder).family()).isEqualTo("llada2_moe");
    }

    @Test
    void anUnknownArchitectureIsRefusedWithTheKnownOnes() throws IOException {
        copyWith("dream-tiny", "model_type", "\"gpt2\"");
        assertThat(Backbones.describe(folder).family()).isEqualTo("Dream"); // the architecture decides
        Files.delete(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        assertThatThrownBy(() -> Backbones.describe(folder))
                .hasMessageContaining("gpt2")
                .hasMessageContaining("Dream")
                .hasMessageContaining("llada2_moe")
                .hasMessageContaining("mdlm");
    }

    /** As in LLaDA2 folders, whose configuration does not hold the mask token. */
    @Test
    void idsThatTheConfigurationDoesNotHoldAreThoseOfTheTokenizer() throws IOException {
        copyWith("llada2-tiny", "mask_token_id", null);
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"added_tokens\": [{\"id\": 315, \"content\": \"<|mask|>\"}, {\"id\": 316, \"content\": \"<|role_end|>\"}]}");
        BackboneInfo info = Backbones.describe(folder);
        assertThat(info.maskId()).isEqualTo(315);
        assertThat(info.endIds()).containsExactlyInAnyOrder(308, 316);
    }
}
