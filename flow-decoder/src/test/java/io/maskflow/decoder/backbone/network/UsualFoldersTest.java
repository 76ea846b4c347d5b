package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Model folders as libraries and publishers write them: the same numbers, or a refusal by name. */
class UsualFoldersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[][] IDS = {{1, 2, 3, 4, 5, 6}};

    @TempDir
    Path folder;

    /** A configuration with fields set ({@code null}: removed), without weights. */
    private void config(String model, String... fields) throws IOException {
        ObjectNode config = (ObjectNode)
                JSON.readTree(Golden.folder(model).resolve("config.json").toFile());
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i + 1] == null) {
                config.remove(fields[i]);
            } else {
                config.set(fields[i], JSON.readTree(fields[i + 1]));
            }
        }
        JSON.writeValue(folder.resolve("config.json").toFile(), config);
    }

    /** The weights of a golden model with some replaced ({@code null}: left out) or added. */
    private void weights(String model, Map<String, float[]> changes, String without) throws IOException {
        SafetensorsFile golden = SafetensorsFile.open(Golden.folder(model).resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        for (String name : golden.names()) {
            if (!name.equals(without)) {
                float[] values = changes.getOrDefault(name, golden.floats(name));
                writer.floats(name, values, golden.tensor(name).shape().getShape());
            }
        }
        for (Map.Entry<String, float[]> change : changes.entrySet()) {
            if (!golden.names().contains(change.getKey())) {
                writer.floats(change.getKey(), change.getValue(), change.getValue().length);
            }
        }
        writer.write(folder.resolve("model.safetensors"));
    }

    private void weights(String model) throws IOException {
        weights(model, Map.of(), null);
    }

    private static float[] logits(Path folder, BackboneOptions options) {
        try (NetworkPredictor predictor = Backbones.open(folder, options)) {
            return predictor.logits(IDS, null);
        }
    }

    /** Equal but for the last bits: where a tensor lies in its file decides how the engine sums. */
    private static void assertSame(float[] logits, float[] expected) {
        assertThat(Golden.distance(logits, expected)).isLessThan(Golden.TOLERANCE);
    }

    private static float[] logits(Path folder) {
        return logits(folder, BackboneOptions.standard());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dream-tiny | rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 37}",
                "dream-tiny | rope_parameters | {\"rope_theta\": 37}",
                "dream-tiny | rope_scaling | {\"type\": \"default\", \"rope_type\": \"default\", \"rope_theta\": 37.0}",
                "llada-tiny | rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 37, \"factor\": 1.0}",
                "llada-tiny | rope_scaling | {\"rope_type\": \"default\", \"rope_theta\": 37, \"factor\": null}",
                "llada2-tiny | rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 37}",
                "llada2-tiny | rope_scaling | {\"type\": \"default\", \"rope_theta\": 37}",
            })
    void thetaIsReadWhereItStands(String model, String field, String value) throws IOException {
        weights(model);
        config(model, "rope_theta", "37");
        float[] beside = logits(folder);
        config(model, "rope_theta", null, field, value);
        assertSame(logits(folder), beside);
        assertThat(Golden.distance(beside, logits(Golden.folder(model)))).isGreaterThan(0.01f);
    }

    @ParameterizedTest
    @CsvSource({"dream-tiny", "llada-tiny", "llada2-tiny", "mdlm-tiny"})
    void scalingOfTypeDefaultChangesNothing(String model) throws IOException {
        weights(model);
        config(model, "rope_scaling", "{\"rope_type\": \"default\"}");
        assertSame(logits(folder), logits(Golden.folder(model)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"linear", "dynamic", "yarn", "longrope", "llama3", "su", "mrope", "ntk", "proportional"})
    void everyOtherTypeIsRefusedInEveryFamily(String type) throws IOException {
        for (String model : List.of("dream-tiny", "llada-tiny", "llada2-tiny", "mdlm-tiny")) {
            for (String field : List.of("rope_parameters", "rope_scaling")) {
                for (String key : List.of("type", "rope_type")) {
                    config(model, field, "{\"" + key + "\": \"" + type + "\", \"factor\": 4.0}");
                    assertThatThrownBy(() -> Backbones.design(folder))
                            .isInstanceOf(CheckpointException.class)
                            .hasMessageContaining(field + " must be of type default")
                            .hasMessageContaining(type);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dream-tiny | rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 5} | same rope_theta as elsewhere",
                "dream-tiny | rope_scaling | {\"type\": \"default\", \"mrope_section\": [1, 1]} | without mrope_section",
                "dream-tiny | rope_scaling | {\"factor\": 4.0} | without factor",
                "dream-tiny | rope_parameters | {\"full_attention\": {\"rope_type\": \"default\"}} | without full_attention",
                "dream-tiny | rope_parameters | {\"partial_rotary_factor\": 0.5} | partial_rotary_factor must be 1",
                "llada-tiny | partial_rotary_factor | 0.5 | partial_rotary_factor must be 1",
                "llada-tiny | rope_parameters | {\"rope_theta\": \"1e4\"} | rope_theta above 0",
                "llada-tiny | rope_scaling | \"default\" | an object",
                "llada2-tiny | rope_parameters | {\"partial_rotary_factor\": 0.25} | same partial_rotary_factor",
                "mdlm-tiny | rope_parameters | {\"rope_theta\": 500000} | 10000",
                "mdlm-tiny | rope_theta | 500000 | 10000",
            })
    void whatWouldChangeTheFrequenciesIsRefused(String model, String field, String value, String reason)
            throws IOException {
        config(model, field, value);
        assertThatThrownBy(() -> Backbones.design(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    /** As transformers 5 writes LLaDA2: the factor moves with theta. */
    @Test
    void thePartOfAHeadThatIsRotatedMayStandInTheObject() throws IOException {
        weights("llada2-tiny");
        ObjectNode golden = (ObjectNode) JSON.readTree(
                Golden.folder("llada2-tiny").resolve("config.json").toFile());
        config(
                "llada2-tiny",
                "rope_theta",
                null,
                "partial_rotary_factor",
                null,
                "rotary_dim",
                null,
                "rope_parameters",
                "{\"rope_type\": \"default\", \"rope_theta\": " + golden.get("rope_theta")
                        + ", \"partial_rotary_factor\": " + golden.get("partial_rotary_factor") + "}");
        assertSame(logits(folder), logits(Golden.folder("llada2-tiny")));
    }

    @ParameterizedTest
    @CsvSource({
        "dream-tiny, model.layers.1.self_attn.k_proj.weight, NaN",
        "dream-tiny, model.layers.0.self_attn.q_proj.bias, Infinity",
        "llada-tiny, model.transformer.blocks.1.attn_out.weight, NaN",
        "llada-tiny, model.transformer.wte.weight, NaN",
        "llada2-tiny, model.layers.1.mlp.experts.3.up_proj.weight, -Infinity",
        "mdlm-tiny, backbone.blocks.0.attn_qkv.weight, NaN"
    })
    void aWeightThatIsNoNumberIsFoundBeforeAnythingIsDecoded(String model, String tensor, float value)
            throws IOException {
        SafetensorsFile golden = SafetensorsFile.open(Golden.folder(model).resolve("model.safetensors"));
        float[] values = golden.floats(tensor);
        values[values.length - 1] = value;
        weights(model, Map.of(tensor, values), null);
        config(model);
        for (BackboneOptions options : List.of(BackboneOptions.standard(), BackboneOptions.bfloat16())) {
            assertThatThrownBy(() -> logits(folder, options))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(tensor)
                    .hasMessageContaining("NaN or infinite");
        }
    }

    /** {@code embed} and {@code head}: the golden models' own; tied models hold the head twice, once or in another version. */
    @ParameterizedTest
    @CsvSource({
        "dream-tiny, tie_word_embeddings, model.embed_tokens.weight, lm_head.weight",
        "llada-tiny, weight_tying, model.transformer.wte.weight, model.transformer.ff_out.weight",
        "llada2-tiny, tie_word_embeddings, model.word_embeddings.weight, lm_head.weight"
    })
    void theHeadOfATiedModelMayBeStoredToo(String model, String tied, String embedding, String head)
            throws IOException {
        SafetensorsFile golden = SafetensorsFile.open(Golden.folder(model).resolve("model.safetensors"));
        config(model, tied, "true");
        weights(model, Map.of(), head);
        float[] once = logits(folder);
        weights(model, Map.of(head, golden.floats(embedding)), null);
        assertSame(logits(folder), once);
        assertThat(logits(folder, BackboneOptions.bfloat16())).isNotEmpty();
        assertThat(headDiffers()).isFalse();
        weights(model); // another matrix: the stored one is used
        assertThat(headDiffers()).isTrue();
        assertSame(logits(folder), logits(Golden.folder(model)));
        assertThat(Golden.distance(once, logits(folder))).isGreaterThan(0.01f);
    }

    private boolean headDiffers() {
        return Backbones.design(folder).weights().headDiffers(Checkpoint.open(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "dream-tiny, model.layers.0.self_attn.rotary_emb.inv_freq",
        "llada-tiny, model.transformer.blocks.0.rotary_emb.inv_freq",
        "llada2-tiny, model.rotary_emb.inv_freq"
    })
    void aBufferChangesNothing(String model, String buffer) throws IOException {
        config(model, "dtype", "\"bfloat16\"", "torch_dtype", "\"float32\"");
        weights(model, Map.of(buffer, new float[] {1, 2, 3, 4}), null);
        assertSame(logits(folder), logits(Golden.folder(model)));
    }

    @ParameterizedTest
    @CsvSource({"dream-tiny", "llada-tiny", "llada2-tiny", "mdlm-tiny"})
    void quantizedWeightsAreRefusedWithTheWayOut(String model) throws IOException {
        config(model, "quantization_config", "{\"quant_method\": \"fp8\"}");
        assertThatThrownBy(() -> Backbones.design(folder))
                .hasMessageContaining("quantization_config")
                .hasMessageContaining("fp8")
                .hasMessageContaining("bfloat16 weights");
    }

    /** The limit of the tiny model is no multiple of the block length: the last block ends behind it. */
    @ParameterizedTest
    @EnumSource(LastBlock.class)
    void anAnswerUpToTheLimitIsDecodedAndOneMoreIsRefused(LastBlock place) throws IOException {
        weights("llada2-tiny");
        config("llada2-tiny", "max_position_embeddings", "43");
        BlockSampler sampler = new BlockSampler(BlockSamplerSettings.defaults());
        try (NetworkPredictor predictor = Backbones.open(
                folder, Optional.empty(), new BackboneOverrides("", "16", "", ""), BackboneOptions.standard())) {
            List<DecodeRequest.Sample> samples = place.prompts.stream()
                    .map(prompt -> new DecodeRequest.Sample(new int[prompt], new SampleKey(0, 0, 0, 0)))
                    .toList();
            int longest =
                    place.prompts.stream().mapToInt(Integer::intValue).max().getAsInt();
            int room = 43 - longest;
            assertThat(sampler.decode(predictor, new DecodeRequest(samples, room, 48), DecodingObserver.NONE))
                    .allSatisfy(response -> assertThat(response.tokenIds()).hasSize(room));
            assertThatThrownBy(() ->
                            sampler.decode(predictor, new DecodeRequest(samples, room + 1, 48), DecodingObserver.NONE))
                    .hasMessageContaining("a prompt of " + longest + " tokens and a response of " + (room + 1))
                    .hasMessageContaining("43 positions");
        }
    }

    private enum LastBlock {
        ONE_PROMPT(List.of(5)),
        PROMPT_ENDS_A_BLOCK(List.of(16)),
        TWO_LENGTHS(List.of(3, 30));

        private final List<Integer> prompts;

        LastBlock(List<Integer> prompts) {
            this.prompts = prompts;
        }
    }
}
