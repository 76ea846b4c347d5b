package io.maskflow.experiments.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomCheckpointTest {

    private static final String SMALL = "{\"architectures\": [\"A2DQwen2LMHeadModel\"], \"hidden_size\": 48,"
            + " \"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"num_key_value_heads\": 2, \"intermediate_size\": 80,"
            + " \"vocab_size\": 61, \"tie_word_embeddings\": false, \"max_position_embeddings\": 64, \"rms_norm_eps\": 1e-6,"
            + " \"rope_theta\": 10000, \"mask_token_id\": 60, \"eos_token_id\": 1, \"pad_token_id\": 1}";

    @TempDir
    Path folder;

    /** Sizes as published: 0.596, 0.494, 7.62 and 8.02 billion. */
    @ParameterizedTest
    @CsvSource({"qwen3-0.6b, 596049920", "qwen2.5-0.5b, 494032768", "dream-7b, 7615616512", "llada-8b, 8015581184"})
    void theNamedShapesHaveThePublishedNumberOfWeights(String shape, long published) throws IOException {
        Files.writeString(folder.resolve("config.json"), RandomCheckpoint.configuration(shape));
        assertThat(Backbones.design(folder).weights().shapes().values().stream()
                        .mapToLong(Shape::size)
                        .sum())
                .isEqualTo(published);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsWrittenOpensAndShardsChangeNothing(boolean bfloat16) throws IOException {
        Path whole = Files.createDirectories(folder.resolve("whole"));
        Path shards = Files.createDirectories(folder.resolve("shards"));
        Files.writeString(whole.resolve("config.json"), SMALL);
        Files.writeString(shards.resolve("config.json"), SMALL);
        long weights = RandomCheckpoint.write(whole, bfloat16, Long.MAX_VALUE);
        assertThat(RandomCheckpoint.write(shards, bfloat16, 20_000)).isEqualTo(weights);
        try (Stream<Path> files = Files.list(shards)) {
            List<Path> parts = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList();
            assertThat(parts).hasSizeGreaterThan(3);
            assertThat(parts).allSatisfy(part -> assertThat(Files.size(part)).isLessThan(24_000));
        }
        BackboneOptions options = bfloat16 ? BackboneOptions.bfloat16() : BackboneOptions.standard();
        try (NetworkPredictor first = Backbones.open(whole, options);
                NetworkPredictor second = Backbones.open(shards, options)) {
            assertThat(first.layers()).isEqualTo(2);
            int[][] ids = {{3, 60, 5, 60}};
            boolean[][] seen = {{true, true, true, true}};
            float[] logits = first.logits(ids, seen, 0);
            assertThat(logits).hasSize(4 * 61).doesNotContain(Float.NaN);
            assertThat(second.logits(ids, seen, 0)).isEqualTo(logits);
        }
    }

    @Test
    void anotherNameIsRefusedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> RandomCheckpoint.configuration("gpt-9"))
                .hasMessageContaining("qwen3-0.6b")
                .hasMessageContaining("was gpt-9");
    }
}
