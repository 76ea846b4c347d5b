package io.maskflow.experiments.metrics;

import com.google.protobuf.CodedOutputStream;
import io.maskflow.experiments.run.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file of scalars and texts.
 *
 * <p>A record is {@code length (uint64, little endian), masked CRC32C of the length, data, masked CRC32C of the data};
 * the data is a protobuf message {@code Event} of which only these fields are used:
 *
 * <pre>
 * Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
 * Summary { repeated Value value = 1; }   SessionLog { int32 status = 1; }
 * Value { string tag = 1; float simple_value = 2; Tensor tensor = 8; Metadata metadata = 9; }
 * Tensor { int32 dtype = 1; Shape shape = 2; bytes string_val = 8; }   Metadata { Plugin plugin = 1; }
 * Plugin { string name = 1; }   Shape { repeated Dim dim = 2; }   Dim { int64 size = 1; }
 * </pre>
 */
public final class TensorBoardLog implements AutoCloseable {

    private static final int SESSION_START = 1;
    private static final int STRINGS = 7; // DT_STRING

    private final FileChannel channel;
    private final Path file;

    private TensorBoardLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Starts a new event file.
     *
     * @param folder where event files lie; made if it does not exist
     * @param firstStep first step that will be written: points of earlier files at or after it (written between the
     *     checkpoint and a crash) are dropped by the reader
     */
    public static TensorBoardLog open(Path folder, long firstStep) {
        try {
            Files.createDirectories(folder);
            long now = System.currentTimeMillis();
            Path file = folder.resolve("events.out.tfevents." + now / 1000 + ".maskflow");
            for (int again = 1; Files.exists(file); again++) {
                file = folder.resolve("events.out.tfevents." + now / 1000 + ".maskflow." + again);
            }
            TensorBoardLog log = new TensorBoardLog(
                    file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            log.record(event(now, 0, out -> out.writeString(3, "brain.Event:2")));
            log.record(event(now, firstStep, out -> nested(out, 7, session -> session.writeInt32(1, SESSION_START))));
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write event files in " + folder + ": " + DurableFile.reason(e), e);
        }
    }

    /**
     * Writes the scalars of one step; values that are no number are left out.
     *
     * @param step training step
     * @param values metric name to value
     */
    public void append(long step, Map<String, Double> values) {
        try {
            record(event(
                    System.currentTimeMillis(),
                    step,
                    out -> nested(out, 5, summary -> {
                        for (Map.Entry<String, Double> entry : values.entrySet()) {
                            if (entry.getValue() != null && Double.isFinite(entry.getValue())) {
                                nested(summary, 1, value -> {
                                    value.writeString(1, entry.getKey());
                                    value.writeFloat(2, entry.getValue().floatValue());
                                });
                            }
                        }
                    })));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    /**
     * Writes answers of one step for the text tab, in Markdown.
     *
     * @param step training step
     * @param samples what was drawn
     */
    public void append(long step, List<SampleLog.Sample> samples) {
        if (samples.isEmpty()) {
            return;
        }
        try {
            record(event(
                    System.currentTimeMillis(),
                    step,
                    out -> nested(out, 5, summary -> {
                        for (int i = 0; i < samples.size(); i++) {
                            String tag = "samples/" + (i + 1);
                            String text = samples.get(i).markdown();
                            nested(summary, 1, value -> text(value, tag, text));
                        }
                    })));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    private static void text(CodedOutputStream value, String tag, String text) throws IOException {
        value.writeString(1, tag);
        nested(value, 8, tensor -> {
            tensor.writeInt32(1, STRINGS);
            nested(tensor, 2, shape -> nested(shape, 2, dim -> dim.writeInt64(1, 1)));
            tensor.writeByteArray(8, text.getBytes(StandardCharsets.UTF_8));
        });
        nested(value, 9, metadata -> nested(metadata, 1, plugin -> plugin.writeString(1, "text")));
    }

    private static byte[] event(long millis, long step, Fields what) throws IOException {
        return message(out -> {
            out.writeDouble(1, millis / 1000.0);
            out.writeInt64(2, step);
            what.write(out);
        });
    }

    private static void nested(CodedOutputStream out, int field, Fields fields) throws IOException {
        out.writeByteArray(field, message(fields));
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private void record(byte[] data) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(data.length);
        buffer.putInt(maskedCrc(buffer.array(), 0, 8));
        buffer.put(data);
        buffer.putInt(maskedCrc(data, 0, data.length));
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** {@code rotate right by 15, plus a constant}: a checksum of data that itself holds checksums stays strong. */
    static int maskedCrc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() {
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }
}
