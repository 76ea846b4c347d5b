package io.maskflow.decoder.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        return Files.write(folder.resolve("model.safetensors"), bytes.array());
    }

    private static String entry(String name, String type, String shape, long from, long to) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + from + ","
                + to + "]}";
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path path = folder.resolve("a.safetensors");
        float[] values = {1, -2, 3.5f, Float.MIN_VALUE, Float.MAX_VALUE, -0f};
        new SafetensorsWriter(Map.of("format", "pt", "note", "\u00fc\"\n"))
                .floats("b", values, 2, 3)
                .longs("ids", new long[] {Long.MIN_VALUE, 7}, 2)
                .floats("a.scalar", new float[] {9})
                .bfloat16("c", new float[] {1, 1.00390625f, 3.14159f}, 3)
                .write(path);
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.metadata()).containsOnly(Map.entry("format", "pt"), Map.entry("note", "\u00fc\"\n"));
        assertThat(file.names()).containsExactly("a.scalar", "b", "c", "ids");
        assertThat(file.floats("b")).containsExactly(values);
        assertThat(file.tensor("b").shape()).isEqualTo(new Shape(2, 3));
        assertThat(file.longs("ids")).containsExactly(Long.MIN_VALUE, 7);
        // 1 + 2^-8 lies between 1 and 1 + 2^-7: the tie goes to the even one, 1; 3.14159 rounds to 3.140625
        assertThat(file.floats("c")).containsExactly(1f, 1f, 3.140625f);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray b = file.floatArray(manager, "b");
            assertThat(b.toFloatArray()).containsExactly(values);
            assertThat(file.floatArray(manager, "a.scalar").getShape().dimension())
                    .isZero();
            assertThat(file.floatArray(manager, "c").toFloatArray()).containsExactly(1f, 1f, 3.140625f);
        }
    }

    @Test
    void equalContentGivesEqualBytes() throws IOException {
        Path one = folder.resolve("1");
        Path other = folder.resolve("2");
        float[] x = {1, 2};
        new SafetensorsWriter(Map.of("k", "v", "a", "b"))
                .floats("p", x, 2)
                .floats("q", x, 1, 2)
                .write(one);
        new SafetensorsWriter(Map.of("a", "b", "k", "v"))
                .floats("q", x, 1, 2)
                .floats("p", x, 2)
                .write(other);
        assertThat(one).hasSameBinaryContentAs(other);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(one))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                        % 8)
                .isZero();
    }

    /** All 65,536 half floats against the definition (-1)^s 2^(e-15) (1 + f/1024). */
    @Test
    void everyHalfFloatIsWidenedExactly() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int e = bits >> 10 & 31;
            int f = bits & 1023;
            double magnitude = e == 0
                    ? f * Math.pow(2, -24)
                    : e == 31 ? (f == 0 ? Double.POSITIVE_INFINITY : Double.NaN) : Math.scalb(1 + f / 1024.0, e - 15);
            float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
            if (Float.compare(Floats.fromFloat16((short) bits), expected) != 0) {
                fail("half float 0x%04x must be %s, was %s", bits, expected, Floats.fromFloat16((short) bits));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a','F32','[2]',0,4 | needs 8",
                "'a','F32','[2]',0,16 | needs 8",
                "'a','F99','[2]',0,8 | F99",
                "'a','F32','[-2]',0,8 | at least 0",
                "'a','F32','[2.5]',0,8 | at least 0",
                "'a','F32','[4611686018427387904,4]',0,8 | impossible size",
                "'a','F32','[2]',8,0 | no range",
                "'a','F32','[2]',4,12 | hole",
                "'a','F32','[3]',0,12 | truncated",
            })
    void aDamagedEntryIsRefusedByName(String arguments, String complaint) throws IOException {
        String[] a = arguments.replaceAll(",(?=[^\\[]*])", ";").replace("'", "").split(",");
        Path path = file(
                "{" + entry("first." + a[0], a[1], a[2].replace(';', ','), Long.parseLong(a[3]), Long.parseLong(a[4]))
                        + "}",
                8);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("first.a")
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining(complaint);
    }

    @Test
    void overlapSurplusAndDuplicatesAreRefused() throws IOException {
        assertThatThrownBy(() -> SafetensorsFile.open(
                        file("{" + entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "F32", "[2]", 4, 12) + "}", 12)))
                .hasMessageContaining("tensor b")
                .hasMessageContaining("overlaps");
        assertThatThrownBy(() -> SafetensorsFile.open(file("{" + entry("a", "F32", "[2]", 0, 8) + "}", 9)))
                .hasMessageContaining("1 bytes after");
        assertThatThrownBy(() -> SafetensorsFile.open(
                        file("{" + entry("a", "F32", "[1]", 0, 4) + "," + entry("a", "F32", "[1]", 4, 8) + "}", 8)))
                .hasMessageContaining("Duplicate");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none"))).hasMessageContaining("none");
    }

    /** Any damage gives our exception or a file whose tensors can all be read; never another error. */
    @Test
    void randomDamageNeverEscapesAsAnotherError() throws IOException {
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter(Map.of("format", "pt"))
                .floats("b", new float[6], 2, 3)
                .longs("c", new long[2], 2)
                .write(path);
        byte[] good = Files.readAllBytes(path);
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 1_500; i++) {
            byte[] bad = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length + 20)) : good.clone();
            for (int n = random.nextInt(4); n >= 0 && bad.length > 0; n--) {
                int at = random.nextInt(bad.length);
                bad[at] = random.nextBoolean() ? (byte) random.nextInt() : bad[random.nextInt(bad.length)];
            }
            Path damaged = Files.write(folder.resolve("damaged"), bad);
            try {
                SafetensorsFile file = SafetensorsFile.open(damaged);
                for (String name : file.names()) {
                    assertThat((long) file.bytes(name).remaining())
                            .isEqualTo(file.tensor(name).byteCount());
                }
            } catch (CheckpointException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(700);
    }

    @Test
    void aCheckpointNamesWhatIsMissingSurplusAndWrong() throws IOException {
        new SafetensorsWriter(Map.of())
                .floats("x", new float[2], 2)
                .floats("surplus", new float[1], 1)
                .longs("ids", new long[1], 1)
                .write(folder.resolve("model.safetensors"));
        Checkpoint checkpoint = Checkpoint.open(folder);
        assertThatThrownBy(() ->
                        checkpoint.require(Map.of("x", new Shape(3), "absent", new Shape(1), "ids", new Shape(1))))
                .hasMessageContaining("missing: absent")
                .hasMessageContaining("surplus")
                .hasMessageContaining("x is (2), expected (3)")
                .hasMessageContaining("ids holds I64");
    }

    @Test
    void anIndexThatDisagreesWithItsShardsIsRefused() throws IOException {
        new SafetensorsWriter(Map.of())
                .floats("x", new float[1], 1)
                .floats("y", new float[1], 1)
                .write(folder.resolve("one.safetensors"));
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"x\":\"one.safetensors\"}}");
        assertThat(Checkpoint.open(folder).names()).containsExactly("x", "y");
        Checkpoint.open(folder).require(Map.of("x", new Shape(1))); // y is warned of
        Checkpoint.open(folder).require(Map.of("x", new Shape(1), "y", new Shape(1)));
        Files.writeString(index, "{\"weight_map\":{\"z\":\"one.safetensors\"}}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("tensor z");
        Files.writeString(index, "{\"weight_map\":{\"x\":\"../one.safetensors\"}}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("weight_map.x");
        Files.writeString(index, "{\"weight_map\":{\"x\":\"two.safetensors\"}}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("two.safetensors");
        Files.delete(index);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("no weights")
                .hasMessageContaining("one.safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch_model.bin, torch.load",
        "pytorch_model-00001-of-00002.bin, *.bin",
        "consolidated.00.pth, *.pth",
        "adapter_model.safetensors, BASE+",
        "model-00001-of-00002.safetensors, index",
        "training_args.bin, no weights"
    })
    void aFolderWithoutSafetensorsSaysWhatToDo(String file, String advice) throws IOException {
        Files.writeString(folder.resolve(file), "");
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no weights in " + folder)
                .hasMessageContaining(advice);
    }

    @Test
    void buffersThatAreNoWeightsAreLeftAside() throws IOException {
        new SafetensorsWriter(Map.of())
                .floats("x", new float[1], 1)
                .floats("model.layers.0.self_attn.rotary_emb.inv_freq", new float[4], 4)
                .floats("model.rotary_emb.inv_freq", new float[4], 4)
                .longs("embeddings.position_ids", new long[3], 1, 3)
                .write(folder.resolve("model.safetensors"));
        Checkpoint.open(folder).require(Map.of("x", new Shape(1)));
    }

    @ParameterizedTest
    @CsvSource({"F8_E4M3", "F8_E5M2", "F8_E8M0"})
    void eightBitFloatsAreNamed(String type) throws IOException {
        file("{" + entry("x", type, "[2]", 0, 2) + "}", 2);
        assertThatThrownBy(() -> Checkpoint.open(folder).require(Map.of("x", new Shape(2))))
                .hasMessageContaining("x holds " + type)
                .hasMessageContaining("bfloat16");
    }
}
