package io.maskflow.decoder.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive from program text, so that no Python is needed to make one.
 *
 * <p>The text is a sequence of top-level {@code def name(self, ...)} methods in the archive dialect of TorchScript
 * (operators by their aten names: {@code torch.linear}, {@code torch.rms_norm}, ...). Attributes are constants that the
 * methods read as {@code self.name}. Tensors are never stored: weights are inputs of the methods.
 *
 * <p>The archive is a stored zip with {@code data.pkl} (a protocol-2 pickle of the one module object),
 * {@code constants.pkl} (an empty tuple), {@code version} and {@code code/__torch__.py}. Equal text and attributes give
 * equal bytes.
 */
public final class TorchScriptArchive {

    private static final String ROOT = "program";
    private static final String TYPE = "Program";
    private static final Pattern METHOD = Pattern.compile("(?m)^(\\s*def\\s+\\w+\\(\\s*self)(?=\\s*[,)])");

    private TorchScriptArchive() {}

    /**
     * Makes the archive.
     *
     * @param methods program text: top-level methods, each with {@code self} as its first parameter
     * @param attributes values of {@code self.name}: {@link Long}, {@link Integer}, {@link Double}, {@link Boolean} or
     *     {@link String}; written in the iteration order of the map
     * @return the bytes of the archive
     * @throws IllegalArgumentException if the text has no method or an attribute has another type
     */
    public static byte[] write(String methods, Map<String, ?> attributes) {
        if (!METHOD.matcher(methods).find()) {
            throw new IllegalArgumentException(
                    "a TorchScript program needs at least one method \"def name(self, ...)\"");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            byte[] source = source(methods, attributes).getBytes(StandardCharsets.UTF_8);
            store(zip, "data.pkl", module(attributes));
            store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "code/__torch__.py", source);
        } catch (IOException cannotHappenInMemory) {
            throw new UncheckedIOException(cannotHappenInMemory);
        }
        return bytes.toByteArray();
    }

    /** The class text: declared attributes, then the methods with a typed {@code self}. */
    private static String source(String methods, Map<String, ?> attributes) {
        StringBuilder text = new StringBuilder("class " + TYPE + "(Module):\n");
        text.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        attributes.forEach((name, value) -> text.append("  ")
                .append(name)
                .append(" : ")
                .append(typeOf(name, value))
                .append('\n'));
        String typed = METHOD.matcher(methods).replaceAll("$1: __torch__." + TYPE);
        typed.lines()
                .forEach(line ->
                        text.append(line.isBlank() ? "" : "  ").append(line).append('\n'));
        return text.toString();
    }

    private static String typeOf(String name, Object value) {
        if (value instanceof Long || value instanceof Integer) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof String) {
            return "str";
        }
        throw new IllegalArgumentException("attribute " + name
                + " of a TorchScript program must be a whole number, a double, a boolean or a string, was " + value);
    }

    /** {@code Program.__new__()} with its state: a dictionary of the attributes. */
    private static byte[] module(Map<String, ?> attributes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
        out.writeBytes(("c__torch__\n" + TYPE + "\n").getBytes(StandardCharsets.US_ASCII)); // GLOBAL
        out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('}); // EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK
        text(out, "training");
        out.write(0x88); // NEWTRUE
        attributes.forEach((name, value) -> {
            text(out, name);
            value(out, value);
        });
        out.writeBytes(new byte[] {'u', 'b', '.'}); // SETITEMS, BUILD, STOP
        return out.toByteArray();
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        if (value instanceof Boolean flag) {
            out.write(flag ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
        } else if (value instanceof Double number) {
            out.write('G'); // BINFLOAT, big endian
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else if (value instanceof String string) {
            text(out, string);
        } else {
            out.writeBytes(new byte[] {(byte) 0x8a, 8}); // LONG1 of 8 bytes, little endian
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(((Number) value).longValue())
                    .array());
        }
    }

    private static void text(ByteArrayOutputStream out, String string) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        out.write('X'); // BINUNICODE
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .array());
        out.writeBytes(utf8);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(ROOT + "/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
