package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models of the published sizes open: files with holes that take no space. Sizes are those of the published configurations, as far
 * as public code says them; the tensors are the description's own.
 */
class PublishedShapesTest {

    private static final String QWEN = "\"num_hidden_layers\": %d, \"hidden_size\": %d, \"intermediate_size\": %d,"
            + " \"num_attention_heads\": %d, \"num_key_value_heads\": %d, \"head_dim\": %d, \"vocab_size\": %d,"
            + " \"tie_word_embeddings\": %b, \"max_position_embeddings\": 4096, \"mask_token_id\": 151000, \"eos_token_id\": 2";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "A2DQwen3LMHeadModel, 28, 1024, 3072, 16, 8, 128, 151936, true, 596049920",
        "A2DQwen2LMHeadModel, 24, 896, 4864, 14, 2, 64, 151936, true, 494032768",
        "Qwen2ForCausalLM, 24, 896, 4864, 14, 2, 64, 151936, true, 494032768",
        "SDARForCausalLM, 36, 2560, 9728, 32, 8, 128, 151936, false, 4411424256",
        "DreamModel, 28, 3584, 18944, 28, 4, 128, 152064, false, 7615616512"
    })
    void everyPublishedShapeOpens(
            String architecture,
            int layers,
            int width,
            int inner,
            int heads,
            int keys,
            int size,
            int vocabulary,
            boolean tied,
            long parameters)
            throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"architectures\": [\"" + architecture + "\"], "
                        + QWEN.formatted(layers, width, inner, heads, keys, size, vocabulary, tied) + "}");
        long counted = writeHoles();
        assertThat(counted).isEqualTo(parameters);
        for (BackboneOptions options : new BackboneOptions[] {BackboneOptions.standard(), BackboneOptions.bfloat16()}) {
            try (NetworkPredictor model = Backbones.open(folder, options)) { // names, shapes, types; no weight is read
                assertThat(model.layers()).isEqualTo(layers);
            }
        }
    }

    /** A file of bfloat16 zeros that has the length and no blocks; returns its elements. */
    private long writeHoles() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode header = json.createObjectNode();
        long[] end = {0};
        Backbones.design(folder).weights().shapes().forEach((name, shape) -> {
            ObjectNode tensor = header.putObject(name).put("dtype", "BF16");
            tensor.set("shape", json.valueToTree(shape.getShape()));
            tensor.putArray("data_offsets").add(end[0]).add(end[0] + 2 * shape.size());
            end[0] += 2 * shape.size();
        });
        String text = header.toString();
        byte[] bytes = (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .array());
            file.write(bytes);
            file.setLength(Long.BYTES + bytes.length + end[0]);
        }
        return end[0] / 2;
    }
}
