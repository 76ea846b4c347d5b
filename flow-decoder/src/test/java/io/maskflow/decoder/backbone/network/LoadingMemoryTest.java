package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Weights are mapped: before the first forward a large checkpoint costs next to no memory. */
class LoadingMemoryTest {

    @TempDir
    Path folder;

    /**
     * Opens the model of folder {@code args[0]} in bfloat16 and in float32, beside a small one that has loaded the engine,
     * and prints by how many kilobytes the resident memory grew. {@code args[1]} is the folder of the small one.
     */
    public static void main(String[] args) throws IOException {
        try (NetworkPredictor small = Backbones.open(Path.of(args[1]), BackboneOptions.bfloat16())) {
            small.logits(new int[][] {{1, 2}}, null);
            System.gc();
            long before = resident();
            try (NetworkPredictor large = Backbones.open(Path.of(args[0]), BackboneOptions.bfloat16());
                    NetworkPredictor wide = Backbones.open(Path.of(args[0]), BackboneOptions.standard())) {
                System.out.println(resident() - before + " " + large.info().vocabularySize() + " "
                        + wide.info().vocabularySize());
            }
        }
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS")) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        throw new IllegalStateException("no VmRSS");
    }

    /** A checkpoint of zeros in bfloat16; the file has holes and takes no space on disk. */
    private void writeModel(int width, int layers, int vocabulary) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode)
                json.readTree(Golden.folder("llada-tiny").resolve("config.json").toFile());
        config.put("d_model", width).put("mlp_hidden_size", 2 * width).put("n_layers", layers);
        config.put("vocab_size", vocabulary).put("embedding_size", vocabulary);
        json.writeValue(folder.resolve("config.json").toFile(), config);
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
    }

    /** 470 million bytes of weights, opened twice; what grows is the program, the norms in float32 and what the JVM allocates. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aLargeCheckpointCostsNoMemoryBeforeItsFirstForward() throws Exception {
        writeModel(2048, 4, 32_768);
        assertThat(Files.size(folder.resolve("model.safetensors"))).isGreaterThan(400_000_000L);
        Path errors = Files.createTempFile("loading-memory", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                LoadingMemoryTest.class.getName(),
                folder.toString(),
                Golden.folder("llada-tiny-bf16").toString()));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String[] words =
                new String(process.getInputStream().readAllBytes()).strip().split(" ");
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        assertThat(Long.parseLong(words[0])).as("kilobytes grown").isLessThan(60_000);
        assertThat(words[1]).isEqualTo(words[2]).isEqualTo("32768");
        Files.delete(errors);
    }
}
