package io.maskflow.experiments.benchmark;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.random.RandomStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Random weights for any {@code config.json} that a family describes, written as they are made: a model of any size takes a few
 * megabytes of memory to write. As fast as a trained one, and says nothing.
 *
 * <p>Matrices and biases are normal numbers of deviation 0.02, norms are 1. Equal configurations give equal bytes.
 */
public final class RandomCheckpoint {

    /** Sizes of published models that a name stands for: facts of their configurations, no weights. */
    public static final List<String> SHAPES = List.of("qwen3-0.6b", "qwen2.5-0.5b", "dream-7b", "llada-8b");

    /** Bytes of a shard of the published large models. */
    public static final long PUBLISHED_SHARD = 5_000_000_000L;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final float DEVIATION = 0.02f;
    /** Weights are taken from a table of so many normal numbers, again and again. */
    private static final int TABLE = 65_521;

    private static final int BUFFER = 1 << 20;

    private final boolean bfloat16;
    private final float[] table = table();
    private int offset;

    private RandomCheckpoint(boolean bfloat16) {
        this.bfloat16 = bfloat16;
    }

    /** The {@code config.json} of a published shape, one of {@link #SHAPES}. */
    public static String configuration(String shape) {
        if (!SHAPES.contains(shape)) {
            throw new IllegalArgumentException("shape must be one of " + SHAPES + ", was " + shape);
        }
        try (InputStream in = RandomCheckpoint.class.getResourceAsStream("shape-" + shape + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new IllegalStateException("resource shape-" + shape + ".json", broken);
        }
    }

    /**
     * Writes the weights beside a {@code config.json}: {@code model.safetensors}, or shards with an index.
     *
     * @param folder holds the configuration
     * @param bfloat16 whether weights are kept in two bytes, else in four
     * @param shard a new file starts before this many bytes are exceeded
     * @return the number of weights
     */
    public static long write(Path folder, boolean bfloat16, long shard) throws IOException {
        return new RandomCheckpoint(bfloat16).run(folder, shard);
    }

    private long run(Path folder, long shard) throws IOException {
        List<Map<String, Shape>> files = new ArrayList<>();
        long room = 0;
        long weights = 0;
        for (Map.Entry<String, Shape> weight :
                Backbones.design(folder).weights().shapes().entrySet()) {
            long size = weight.getValue().size() * bytes();
            if (files.isEmpty() || size > room) {
                files.add(new LinkedHashMap<>());
                room = shard;
            }
            files.get(files.size() - 1).put(weight.getKey(), weight.getValue());
            room -= size;
            weights += weight.getValue().size();
        }
        ObjectNode places = JSON.createObjectNode();
        for (int i = 0; i < files.size(); i++) {
            String name = files.size() == 1
                    ? "model.safetensors"
                    : String.format("model-%05d-of-%05d.safetensors", i + 1, files.size());
            file(folder.resolve(name), files.get(i));
            files.get(i).keySet().forEach(weight -> places.put(weight, name));
        }
        if (files.size() > 1) {
            ObjectNode index = JSON.createObjectNode();
            index.putObject("metadata").put("total_size", weights * bytes());
            index.set("weight_map", places);
            JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
        }
        return weights;
    }

    private int bytes() {
        return bfloat16 ? Short.BYTES : Float.BYTES;
    }

    private void file(Path path, Map<String, Shape> weights) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long end = 0;
        for (Map.Entry<String, Shape> weight : weights.entrySet()) {
            ObjectNode tensor = header.putObject(weight.getKey()).put("dtype", bfloat16 ? "BF16" : "F32");
            tensor.set("shape", JSON.valueToTree(weight.getValue().getShape()));
            long start = end;
            end += weight.getValue().size() * bytes();
            tensor.putArray("data_offsets").add(start).add(end);
        }
        String text = header.toString();
        byte[] head = (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(littleEndian(Long.BYTES).putLong(head.length).array());
            out.write(head);
            for (Map.Entry<String, Shape> weight : weights.entrySet()) {
                boolean norm =
                        weight.getValue().dimension() == 1 && !weight.getKey().endsWith("bias");
                values(out, weight.getValue().size(), norm);
            }
        }
    }

    private void values(OutputStream out, long count, boolean ones) throws IOException {
        ByteBuffer buffer = littleEndian(BUFFER);
        for (long i = 0; i < count; i++) {
            float value = ones ? 1 : table[(int) ((offset + i) % TABLE)];
            if (bfloat16) {
                buffer.putShort(rounded(value));
            } else {
                buffer.putFloat(value);
            }
            if (!buffer.hasRemaining() || i == count - 1) {
                out.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
        offset = (int) ((offset + count) % TABLE);
    }

    /** To bfloat16, to the nearest, ties to even; of finite numbers. */
    private static short rounded(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] table() {
        RandomGenerator random = RandomStreams.of(1, "bench", 0, 0, 0, 3);
        float[] table = new float[TABLE];
        for (int i = 0; i < TABLE; i++) {
            table[i] = (float) (DEVIATION * random.nextGaussian());
        }
        return table;
    }
}
