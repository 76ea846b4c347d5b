package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the tokens of a folder come from, and what may be said of it beside. */
class TokenIdsTest {

    private static final String SIZES = "\"hidden_size\": 16, \"num_hidden_layers\": 2, \"num_attention_heads\": 2,"
            + " \"intermediate_size\": 24, \"vocab_size\": 40, \"max_position_embeddings\": 64";

    @TempDir
    Path folder;

    private void file(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json);
    }

    private void config(String more) throws IOException {
        file("config.json", "{\"architectures\": [\"A2DQwen3LMHeadModel\"], " + SIZES + more + "}");
    }

    private void tokenizer(String mask) throws IOException {
        file("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<end>\"}" + mask + "}");
        file("added_tokens.json", "{\"<end>\": 30, \"<|im_end|>\": 31, \"<|mask|>\": 32, \"<other>\": 33}");
    }

    @Test
    void everyPlaceIsFoundAndNamed() throws IOException {
        config("");
        tokenizer(", \"mask_token\": \"<other>\"");
        TokenIds ids = Backbones.tokens(folder, BackboneOverrides.NONE).orElseThrow();
        assertThat(ids.maskFound()).hasToString("33 (tokenizer_config.json: mask_token <other>)");
        assertThat(ids.endFound()).hasToString("30 (tokenizer_config.json: eos_token <end>)");
        assertThat(ids.alsoEnds()).extracting(TokenIds.Found::id).containsExactly(31);
        assertThat(ids.pad()).isEqualTo(30);
        file("generation_config.json", "{\"eos_token_id\": [29, 30], \"pad_token_id\": 28, \"mask_token_id\": 33}");
        TokenIds more = Backbones.tokens(folder, BackboneOverrides.NONE).orElseThrow();
        assertThat(more.end()).isEqualTo(29);
        assertThat(more.ends()).containsExactly(29, 30, 31);
        assertThat(more.padFound()).hasToString("28 (generation_config.json: pad_token_id)");
    }

    @Test
    void aMaskTokenIsFoundByItsUsualName() throws IOException {
        config(", \"eos_token_id\": 30");
        tokenizer("");
        assertThat(Backbones.describe(folder).maskId()).isEqualTo(32);
        file("added_tokens.json", "{}");
        assertThatThrownBy(() -> Backbones.describe(folder))
                .hasMessageContaining("mask_token_id")
                .hasMessageContaining("no masked diffusion model");
    }

    @Test
    void placesThatContradictEachOtherAreRefusedUntilOneIsSaid() throws IOException {
        config(", \"eos_token_id\": 30, \"mask_token_id\": 33");
        tokenizer(", \"mask_token\": \"<|mask|>\"");
        assertThatThrownBy(() -> Backbones.describe(folder))
                .hasMessageContaining(
                        "33 (config.json: mask_token_id) and 32 (tokenizer_config.json: mask_token <|mask|>)")
                .hasMessageContaining("maskToken=");
        BackboneOverrides said = BackboneOverrides.of("folder?maskToken=<|mask|>&blockLength=8&logitsShift=true");
        BackboneInfo info = Backbones.describe(folder, said);
        assertThat(info.maskId()).isEqualTo(32);
        assertThat(info.attention()).isEqualTo(AttentionRule.blocksOfResponse(8));
        assertThat(info.logitsPredictNext()).isTrue();
        assertThat(Backbones.describe(folder, BackboneOverrides.of("folder?maskToken=34"))
                        .maskId())
                .isEqualTo(34);
    }

    @ParameterizedTest
    @CsvSource({
        "folder?maskTokens=3, maskToken",
        "folder?blockLength=-1, blockLength",
        "folder?logitsShift=yes, logitsShift",
        "folder?blockLength, blockLength"
    })
    void whatCannotBeSaidIsRefused(String name, String word) {
        assertThatThrownBy(() -> BackboneOverrides.of(name)).hasMessageContaining(word);
        assertThat(BackboneOverrides.modelOf(name)).isEqualTo("folder");
    }

    @Test
    void theArchitectureDecidesBeforeTheModelType() throws IOException {
        config(", \"model_type\": \"llada\", \"eos_token_id\": 30, \"mask_token_id\": 33");
        assertThat(Backbones.describe(folder).family()).isEqualTo("a2d-qwen3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use_sliding_window\": true | use_sliding_window",
                "\"layer_types\": [\"full_attention\", \"sliding_attention\"] | layer_types",
                "\"clip_qkv\": 8 | clip_qkv",
                "\"rope_scaling\": {\"rope_type\": \"yarn\"} | rope_scaling",
                "\"attn_logit_softcapping\": 30.0 | attn_logit_softcapping",
                "\"hidden_act\": \"gelu\" | hidden_act"
            })
    void fieldsThatChangeNumbersAreRefused(String field, String name) throws IOException {
        config(", \"eos_token_id\": 30, \"mask_token_id\": 33, " + field);
        assertThatThrownBy(() -> Backbones.describe(folder)).hasMessageContaining(name);
    }
}
