package io.maskflow.reward.problem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.InflaterInputStream;

/**
 * The text in LiveCodeBench's compressed test cases: base64 of zlib of a pickle that holds one string. The pickle is read as data: of
 * its operations only those that one string needs are known, and nothing is ever run.
 */
final class PackedText {
    private static final int LIMIT = 512 << 20;

    private PackedText() {}

    /**
     * The text.
     *
     * @param place file and line, for messages
     * @throws ProblemDataException if it is packed in any other way
     */
    static String unpack(String packed, String place) {
        byte[] raw;
        try (InflaterInputStream in = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getMimeDecoder().decode(packed)))) {
            raw = in.readNBytes(LIMIT);
        } catch (IOException | IllegalArgumentException e) {
            throw new ProblemDataException(place + ": the test cases are neither JSON nor base64 of zlib", e);
        }
        int first = raw.length == 0 ? 0 : raw[0] & 0xff;
        return first == 0x80 ? pickled(ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN), place) : text(raw);
    }

    private static String pickled(ByteBuffer in, String place) {
        String text = null;
        while (in.hasRemaining()) {
            int operation = in.get() & 0xff;
            switch (operation) {
                case 0x80, 'q' -> in.get(); // protocol; memo
                case 0x95 -> in.getLong(); // frame
                case 0x94 -> {} // memo
                case 'r' -> in.getInt(); // memo
                case 0x8c -> text = text(bytes(in, in.get() & 0xff, place));
                case 'X' -> text = text(bytes(in, in.getInt(), place));
                case 0x8d -> text = text(bytes(in, in.getLong(), place));
                case '.' -> {
                    if (text == null) {
                        throw new ProblemDataException(place + ": the packed test cases hold no text");
                    }
                    return text;
                }
                default ->
                    throw new ProblemDataException(
                            place + ": the packed test cases are no single text (operation " + operation + ")");
            }
        }
        throw new ProblemDataException(place + ": the packed test cases are cut short");
    }

    private static byte[] bytes(ByteBuffer in, long length, String place) {
        if (length < 0 || length > in.remaining()) {
            throw new ProblemDataException(place + ": the packed test cases are cut short");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
