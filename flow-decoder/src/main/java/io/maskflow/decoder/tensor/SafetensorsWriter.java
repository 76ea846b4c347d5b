package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a safetensors file. Equal tensors and metadata give equal bytes: entries and metadata stand in the order of
 * their names. The file appears whole or not at all, and a mapping of the file it replaces stays valid.
 */
public final class SafetensorsWriter {

    private final TreeMap<String, String> metadata;
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    /**
     * An empty file.
     *
     * @param metadata the {@code __metadata__} of the file; empty for none
     */
    public SafetensorsWriter(Map<String, String> metadata) {
        this.metadata = new TreeMap<>(metadata);
    }

    private record Entry(ElementType type, Shape shape, ByteBuffer bytes) {}

    /**
     * Adds a float32 tensor.
     *
     * @param name its name, not used before
     * @param values row-major, copied
     * @param shape its dimensions
     * @return this writer
     */
    public SafetensorsWriter floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length, ElementType.F32);
        bytes.asFloatBuffer().put(values);
        return add(name, ElementType.F32, new Shape(shape), bytes);
    }

    /**
     * Adds a tensor as bfloat16, rounded to nearest, ties to even.
     *
     * @param name its name, not used before
     * @param values row-major, copied
     * @param shape its dimensions
     * @return this writer
     */
    public SafetensorsWriter bfloat16(String name, float[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length, ElementType.BF16);
        for (int i = 0; i < values.length; i++) {
            bytes.putShort(i * Short.BYTES, Floats.toBFloat16(values[i]));
        }
        return add(name, ElementType.BF16, new Shape(shape), bytes);
    }

    /**
     * Adds a tensor of 64-bit whole numbers.
     *
     * @param name its name, not used before
     * @param values row-major, copied
     * @param shape its dimensions
     * @return this writer
     */
    public SafetensorsWriter longs(String name, long[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length, ElementType.I64);
        bytes.asLongBuffer().put(values);
        return add(name, ElementType.I64, new Shape(shape), bytes);
    }

    /**
     * Adds an array of the engine.
     *
     * @param name its name, not used before
     * @param array float32; copied now
     * @return this writer
     */
    public SafetensorsWriter array(String name, NDArray array) {
        if (array.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "tensor " + name + " must be float32 to be written, was " + array.getDataType());
        }
        return floats(name, array.toFloatArray(), array.getShape().getShape());
    }

    private static ByteBuffer buffer(int elements, ElementType type) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    private SafetensorsWriter add(String name, ElementType type, Shape shape, ByteBuffer bytes) {
        if (shape.size() * type.bytes() != bytes.capacity()) {
            throw new IllegalArgumentException("tensor " + name + " of shape " + shape + " needs " + shape.size()
                    + " elements, got " + bytes.capacity() / type.bytes());
        }
        if (name.equals(SafetensorsHeader.METADATA)
                || entries.putIfAbsent(name, new Entry(type, shape, bytes)) != null) {
            throw new IllegalArgumentException("tensor " + name + " was given twice or has a reserved name");
        }
        return this;
    }

    /**
     * Writes the file.
     *
     * @param path where; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public void write(Path path) throws IOException {
        byte[] header = header();
        Path parent = path.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        // Not a temporary file of the system: those are for their owner's eyes only, and a model is to be shared.
        Path whole = parent.resolve(
                path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    whole, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                writeFully(channel, length.putLong(0, header.length));
                writeFully(channel, ByteBuffer.wrap(header));
                for (Entry entry : entries.values()) {
                    writeFully(channel, entry.bytes().duplicate().clear());
                }
            }
            try {
                Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException plainMoveThen) {
                Files.move(whole, path, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The JSON header, padded with spaces so that the data starts at a multiple of 8. */
    private byte[] header() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode object = root.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(object::put);
        }
        long offset = 0;
        for (Map.Entry<String, Entry> named : entries.entrySet()) {
            Entry entry = named.getValue();
            ObjectNode tensor = root.putObject(named.getKey());
            tensor.put("dtype", entry.type().name());
            ArrayNode shape = tensor.putArray("shape");
            for (long dimension : entry.shape().getShape()) {
                shape.add(dimension);
            }
            tensor.putArray("data_offsets")
                    .add(offset)
                    .add(offset += entry.bytes().capacity());
        }
        StringBuilder text = new StringBuilder(json.writeValueAsString(root));
        while ((text.toString().getBytes(StandardCharsets.UTF_8).length) % Long.BYTES != 0) {
            text.append(' ');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
