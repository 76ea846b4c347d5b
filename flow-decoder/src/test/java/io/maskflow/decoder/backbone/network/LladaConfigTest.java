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

class LladaConfigTest {

    @TempDir
    Path folder;

    private static final ObjectMapper JSON = new ObjectMapper();

    private void copyWith(String field, String value) throws IOException {
        Path golden = Golden.folder("llada-tiny");
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
                "block_type | \"sequential\"",
                "layer_norm_type | \"default\"",
                "activation_type | \"gelu\"",
                "rope | false",
                "alibi | true",
                "include_bias | true",
                "include_qkv_bias | true",
                "bias_for_layer_norm | true",
                "attention_layer_norm | true",
                "input_emb_norm | true",
                "scale_logits | true",
                "multi_query_attention | true",
                "rope_full_precision | false",
                "block_group_size | 2",
                "rope_scaling | {\"type\":\"linear\"}",
                "clip_qkv | 8.0",
                "quantization_config | {}",
                "d_model | 0",
                "d_model | \"64\"",
                "n_heads | 3",
                "n_kv_heads | 3",
                "n_layers | 0",
                "embedding_size | 100",
                "rms_norm_eps | 0",
                "rope_theta | -1",
                "mask_token_id | 320",
                "mask_token_id |",
                "weight_tying | 1",
                "max_sequence_length |",
            })
    void aValueThatIsNotImplementedIsRefusedByName(String field, String value) throws IOException {
        copyWith(field, value);
        assertThatThrownBy(() -> Backbones.open(folder, BackboneOptions.standard()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field)
                .hasMessageContaining("config.json");
    }

    @Test
    void moreLayersThanWeightsAreNamed() throws IOException {
        copyWith("n_layers", "3");
        assertThatThrownBy(() -> Backbones.open(folder, BackboneOptions.standard()))
                .hasMessageContaining("missing: model.transformer.blocks.2.");
    }

    @Test
    void idsAndSizesAreThoseOfTheFile() {
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard())) {
            BackboneInfo info = model.info();
            assertThat(info.maskId()).isEqualTo(312);
            assertThat(info.endIds()).containsExactly(300);
            assertThat(info.vocabularySize()).isEqualTo(320);
            assertThat(info.embeddingSize()).isEqualTo(64);
            assertThat(info.maxLength()).isEqualTo(256);
        }
    }

    @Test
    void aFolderThatIsNoModelIsNamed() {
        assertThatThrownBy(() -> Backbones.open(folder, BackboneOptions.standard()))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("config.json");
        assertThatThrownBy(() -> Backbones.open("builtin/no-such-model", BackboneOptions.standard()))
                .hasMessageContaining("no-such-model");
        assertThatThrownBy(() -> new BackboneOptions(BackboneOptions.Precision.F32, "tpu"))
                .hasMessageContaining("tpu");
    }
}
