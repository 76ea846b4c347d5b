package io.maskflow.decoder.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters as PEFT writes them, worked into small matrices. */
class PeftAdapterTest {

    private static final String P = PeftAdapter.PREFIX;

    @TempDir
    Path folder;

    private Path base;

    /** {@code blocks.0.q_proj}, {@code blocks.1.q_proj} [2, 3], {@code wte} [3, 2], {@code head} [3, 2]; all ones. */
    @BeforeEach
    void writeBase() throws IOException {
        base = Files.createDirectories(folder.resolve("base"));
        float[] ones = {1, 1, 1, 1, 1, 1};
        new SafetensorsWriter(Map.of())
                .floats("blocks.0.q_proj.weight", ones, 2, 3)
                .floats("blocks.1.q_proj.weight", ones, 2, 3)
                .floats("wte.weight", ones, 3, 2)
                .floats("head.weight", ones, 3, 2)
                .write(base.resolve("model.safetensors"));
    }

    private Path adapter(String config, SafetensorsWriter weights) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        weights.write(adapter.resolve("adapter_model.safetensors"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2" + config + "}");
        return adapter;
    }

    /** {@code B A} of ones for each rank: every entry of the product is the rank. */
    private static SafetensorsWriter matrices(int firstRank, int secondRank) {
        return matrix(matrix(new SafetensorsWriter(Map.of()), 0, firstRank), 1, secondRank);
    }

    private static SafetensorsWriter matrix(SafetensorsWriter writer, int block, int rank) {
        float[] a = new float[rank * 3];
        float[] b = new float[2 * rank];
        java.util.Arrays.fill(a, 1);
        java.util.Arrays.fill(b, 1);
        String module = P + "blocks." + block + ".q_proj";
        return writer.floats(module + ".lora_A.weight", a, rank, 3).floats(module + ".lora_B.weight", b, 2, rank);
    }

    private float[] merged(Path adapter, String name) {
        Checkpoint checkpoint = Checkpoint.open(base).with(PeftAdapter.open(adapter));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return checkpoint.floatArray(manager, name).toFloatArray();
        }
    }

    /** Each entry is {@code 1 + alpha / r * r}, or {@code 1 + alpha / sqrt(r) * r}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | 1 | 1 | 3 | 3",
                ", \"rank_pattern\": {\"blocks.1.q_proj\": 3} | 1 | 3 | 3 | 3",
                ", \"alpha_pattern\": {\"q_proj\": 5} | 1 | 1 | 6 | 6",
                ", \"alpha_pattern\": {\"blocks.0.q_proj\": 5, \"q_proj\": 7} | 1 | 1 | 6 | 8",
                ", \"alpha_pattern\": {\"roj\": 5} | 1 | 1 | 3 | 3",
                ", \"rank_pattern\": {\"blocks\\\\.[0-9]\\\\.q_proj\": 4}, \"alpha_pattern\": {\".*1.*\": 8} | 4 | 4 | 3 | 9",
                ", \"rank_pattern\": {\"blocks.0.q_proj\": 4}, \"use_rslora\": true | 4 | 1 | 5 | 3",
                ", \"init_lora_weights\": \"gaussian\" | 1 | 1 | 3 | 3",
                ", \"init_lora_weights\": \"eva\", \"eva_config\": {\"rho\": 2.0} | 1 | 1 | 3 | 3",
                ", \"init_lora_weights\": \"orthogonal\" | 1 | 1 | 3 | 3",
            })
    void ranksAndScalesArePerModule(String config, int r0, int r1, float first, float second) throws IOException {
        Path adapter = adapter(config == null ? "" : config, matrices(r0, r1));
        assertThat(merged(adapter, "blocks.0.q_proj.weight")).containsExactly(first, first, first, first, first, first);
        assertThat(merged(adapter, "blocks.1.q_proj.weight")).containsOnly(second);
        assertThat(merged(adapter, "wte.weight")).containsOnly(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"init_lora_weights\": \"pissa\"",
                "\"init_lora_weights\": \"pissa_niter_16\"",
                "\"init_lora_weights\": \"olora\"",
                "\"init_lora_weights\": \"loftq\"",
                "\"init_lora_weights\": \"corda\"",
                "\"init_lora_weights\": \"lora_ga\"",
                "\"init_lora_weights\": \"something new\"",
                "\"lora_bias\": true",
                "\"layer_replication\": [[0, 1], [0, 1]]",
                "\"use_qalora\": true",
                "\"alora_invocation_tokens\": [1, 2]",
                "\"target_parameters\": [\"experts.gate_up_proj\"]",
                "\"lora_ga_config\": {\"direction\": \"ArB2r\"}",
                "\"fan_in_fan_out\": true",
                "\"rank_pattern\": {\"q_proj\": \"two\"}",
                "\"alpha_pattern\": {\"(q_proj\": 2}",
            })
    void whatWouldChangeTheMergeIsRefusedByName(String config) throws IOException {
        Path adapter = adapter(", " + config, matrices(1, 1));
        assertThatThrownBy(() -> Checkpoint.open(base).with(PeftAdapter.open(adapter)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(config.substring(1, config.indexOf('"', 1)))
                .hasMessageContaining("adapter_config.json");
    }

    @Test
    void aRankThatTheFileDoesNotHoldIsRefused() throws IOException {
        Path adapter = adapter(", \"rank_pattern\": {\"q_proj\": 2}", matrices(1, 2));
        assertThatThrownBy(() -> Checkpoint.open(base).with(PeftAdapter.open(adapter)))
                .hasMessageContaining("blocks.0.q_proj has rank 1")
                .hasMessageContaining("says 2");
    }

    /** {@code W + 2 (B A)^T}: token 2 alone, channel 0 by 2 * 3. */
    @Test
    void embeddingsAreChangedByTheTransposedProduct() throws IOException {
        Path adapter = adapter(
                "",
                new SafetensorsWriter(Map.of())
                        .floats(P + "wte.lora_embedding_A", new float[] {0, 0, 3}, 1, 3)
                        .floats(P + "wte.lora_embedding_B", new float[] {1, 0}, 2, 1));
        assertThat(merged(adapter, "wte.weight")).containsExactly(1, 1, 1, 1, 7, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"wte\": [2, 0]}", "[2, 0]", "{\"model.wte\": [1], \"wte\": [2, 0]}"})
    void trainedTokensReplaceTheirRows(String indices) throws IOException {
        Path adapter = adapter(
                ", \"trainable_token_indices\": " + indices,
                new SafetensorsWriter(Map.of())
                        .floats(P + "wte.token_adapter.trainable_tokens_delta", new float[] {8, 9, 6, 7}, 2, 2));
        assertThat(merged(adapter, "wte.weight")).containsExactly(6, 7, 1, 1, 8, 9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"wte\": [2, 3]}", "[0]", "{\"wte\": [0, -1]}", "null"})
    void tokensThatDoNotExistAreRefused(String indices) throws IOException {
        Path adapter = adapter(
                ", \"trainable_token_indices\": " + indices,
                new SafetensorsWriter(Map.of())
                        .floats(P + "wte.token_adapter.trainable_tokens_delta", new float[4], 2, 2));
        assertThatThrownBy(() -> Checkpoint.open(base).with(PeftAdapter.open(adapter)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("token");
    }

    @Test
    void modulesThatAreStoredWholeReplaceThoseOfTheBase() throws IOException {
        float[] own = {1, 2, 3, 4, 5, 6};
        Path adapter =
                adapter(", \"modules_to_save\": [\"head\"]", matrices(1, 1).floats(P + "head.weight", own, 3, 2));
        assertThat(merged(adapter, "head.weight")).containsExactly(own, Offset.offset(0f));
        assertThat(merged(adapter, "blocks.0.q_proj.weight")).containsOnly(3);
        Path unnamed = adapter("", matrices(1, 1).floats(P + "head.weight", own, 3, 2));
        assertThatThrownBy(() -> PeftAdapter.open(unnamed)).hasMessageContaining("head.weight");
        Path wrong = adapter(", \"modules_to_save\": [\"head\"]", matrices(1, 1).floats(P + "head.weight", own, 2, 3));
        assertThatThrownBy(() -> Checkpoint.open(base).with(PeftAdapter.open(wrong)))
                .hasMessageContaining("head.weight")
                .hasMessageContaining("expected (3, 2)");
        Path absent =
                adapter(", \"modules_to_save\": [\"score\"]", matrices(1, 1).floats(P + "score.weight", own, 3, 2));
        assertThatThrownBy(() -> Checkpoint.open(base).with(PeftAdapter.open(absent)))
                .hasMessageContaining("the layer score");
    }

    @Test
    void anAdapterForPythonOnlySaysHowToConvertIt() throws IOException {
        Path adapter = adapter("", matrices(1, 1));
        Files.move(adapter.resolve("adapter_model.safetensors"), adapter.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> PeftAdapter.open(adapter)).hasMessageContaining("torch.load");
    }
}
