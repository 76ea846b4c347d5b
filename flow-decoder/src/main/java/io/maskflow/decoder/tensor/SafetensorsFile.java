package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, read through memory mappings.
 *
 * <p>Opening reads and checks the header only: names, types, shapes, and that the tensors lie one after the other and
 * fill the file. A tensor's bytes are mapped when they are asked for; an F32 tensor becomes an array of the engine
 * without a copy. Arrays made from a mapping are read-only: writing into one ends the process, so duplicate before
 * changing.
 *
 * <p>Immutable and safe for use by many threads. It holds no open file.
 */
public final class SafetensorsFile {

    /** Elements of a tensor above one Java buffer that are converted at a time: 128 MB. */
    private static final int PIECE = 1 << 25;

    private final Path path;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    SafetensorsFile(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.path = path;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Where a tensor lies.
     *
     * @param name its name
     * @param type its element type
     * @param shape its dimensions; empty for a single number
     * @param offset of its first byte in the file
     * @param byteCount of its elements
     */
    public record Tensor(String name, ElementType type, Shape shape, long offset, long byteCount) {}

    /**
     * Opens a file and checks its header.
     *
     * @param path the file
     * @return the file
     * @throws CheckpointException if there is no such file, or its header is damaged; the message names file and tensor
     */
    public static SafetensorsFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw new CheckpointException(path + " is no safetensors file: it has " + size + " bytes");
            }
            long headerLength = read(channel, 0, Long.BYTES, path).getLong();
            if (headerLength < 2 || headerLength > SafetensorsHeader.LONGEST) {
                throw new CheckpointException(path + " is no safetensors file: its header would have " + headerLength
                        + " bytes, accepted are 2 to " + SafetensorsHeader.LONGEST);
            }
            long dataStart = Long.BYTES + headerLength;
            if (dataStart > size) {
                throw new CheckpointException(path + " is truncated: its header has " + headerLength
                        + " bytes, but only " + (size - Long.BYTES) + " follow");
            }
            byte[] header = read(channel, Long.BYTES, (int) headerLength, path).array();
            return SafetensorsHeader.parse(path, header, dataStart, size - dataStart);
        } catch (NoSuchFileException missing) {
            throw new CheckpointException("there is no file " + path, missing);
        } catch (IOException unreadable) {
            throw new CheckpointException(path + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int count, Path path) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new CheckpointException(path + " is truncated");
            }
        }
        return buffer.flip();
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Names of the tensors, in the order of the file. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** The file's {@code __metadata__}; empty if it has none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Where a tensor lies.
     *
     * @param name a name of {@link #names()}
     * @return its place, type and shape
     * @throws CheckpointException if there is no such tensor
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(path + " has no tensor " + name);
        }
        return tensor;
    }

    /**
     * The bytes of a tensor, mapped read-only, little endian.
     *
     * @param name a name of {@link #names()}
     * @return its bytes; at most 2 GiB can be mapped at once
     * @throws CheckpointException if there is no such tensor, it is too large, or the file has changed
     */
    public ByteBuffer bytes(String name) {
        Tensor tensor = tensor(name);
        if (tensor.byteCount() > Integer.MAX_VALUE) {
            throw new CheckpointException("tensor " + name + " of " + path + " has " + tensor.byteCount()
                    + " bytes; at most " + Integer.MAX_VALUE + " can be mapped at once");
        }
        return bytes(tensor, 0, tensor.byteCount());
    }

    /** A stretch of a tensor's bytes, mapped. */
    ByteBuffer bytes(Tensor tensor, long from, long count) {
        if (count == 0) {
            return ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() < tensor.offset() + tensor.byteCount()) {
                throw new CheckpointException("tensor " + tensor.name() + " of " + path
                        + " is cut off: the file has shrunk to " + Files.size(path) + " bytes since it was opened");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, tensor.offset() + from, count)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException unreadable) {
            throw new CheckpointException("tensor " + tensor.name() + " of " + path + " cannot be read: " + unreadable);
        }
    }

    /**
     * A tensor as a float32 array of the engine. F32 is mapped without a copy where its place in the file allows it;
     * BF16, F16 and F64 are converted.
     *
     * @param manager owner of the array
     * @param name a name of {@link #names()}
     * @return the array, on the manager's device
     * @throws CheckpointException if there is no such tensor or it holds no floats
     */
    public NDArray floatArray(NDManager manager, String name) {
        Tensor tensor = tensor(name);
        if (tensor.shape().size() > Integer.MAX_VALUE / Float.BYTES) {
            return LargeTensor.read(manager, this, tensor, PIECE);
        }
        ByteBuffer bytes = bytes(name);
        if (tensor.type() != ElementType.F32 || tensor.offset() % Float.BYTES != 0 || tensor.byteCount() == 0) {
            int count = elements(tensor);
            ByteBuffer floats = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
            Floats.read(tensor, path, bytes, floats.asFloatBuffer());
            bytes = floats;
        }
        return manager.create(bytes, tensor.shape(), DataType.FLOAT32);
    }

    /**
     * The elements of a tensor of floats.
     *
     * @param name a name of {@link #names()}
     * @return row-major; F64 is rounded
     * @throws CheckpointException if there is no such tensor or it holds no floats
     */
    public float[] floats(String name) {
        Tensor tensor = tensor(name);
        float[] values = new float[elements(tensor)];
        Floats.read(tensor, path, bytes(name), java.nio.FloatBuffer.wrap(values));
        return values;
    }

    /**
     * The elements of a tensor of whole numbers.
     *
     * @param name a name of {@link #names()}
     * @return row-major
     * @throws CheckpointException if there is no such tensor or it holds neither I64, I32 nor BOOL
     */
    public long[] longs(String name) {
        Tensor tensor = tensor(name);
        ByteBuffer bytes = bytes(name);
        long[] values = new long[elements(tensor)];
        switch (tensor.type()) {
            case I64 -> bytes.asLongBuffer().get(values);
            case I32 -> Arrays.setAll(values, i -> bytes.getInt(i * Integer.BYTES));
            case BOOL -> Arrays.setAll(values, bytes::get);
            default ->
                throw new CheckpointException("tensor " + name + " of " + path
                        + " must hold I64, I32 or BOOL to be read as whole numbers, holds " + tensor.type());
        }
        return values;
    }

    private int elements(Tensor tensor) {
        long count = tensor.shape().size();
        if (count > Integer.MAX_VALUE / Float.BYTES) {
            throw new CheckpointException("tensor " + tensor.name() + " of " + path + " is too large to be converted: "
                    + count + " elements");
        }
        return (int) count;
    }

    @Override
    public String toString() {
        return path + " (" + tensors.size() + " tensors)";
    }
}
