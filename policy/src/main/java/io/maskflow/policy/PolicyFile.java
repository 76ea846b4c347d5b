package io.maskflow.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code policy.safetensors}: eight float32 tensors in PyTorch's {@code [out, in]} layout and the shape as metadata.
 *
 * <p>Metadata: {@code format = maskflow-policy-1}, {@code hidden}, {@code kappa_min}, {@code kappa_max}, {@code mu_min},
 * {@code mu_max} (the paper's 0.05 and 0.95 when absent), {@code a_min}, {@code a_max}, and {@code features} (names
 * with commas) when they are not the paper's eight.
 */
public final class PolicyFile {

    /** Tensor names, in the order of the flat parameters. */
    public static final List<String> TENSORS = List.of(
            "mlp.0.weight",
            "mlp.0.bias",
            "mlp.2.weight",
            "mlp.2.bias",
            "mu.weight",
            "mu.bias",
            "kappa.weight",
            "kappa.bias");

    private static final String FORMAT = "maskflow-policy-1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private PolicyFile() {}

    /**
     * Shapes of the tensors.
     *
     * @param features F
     * @param hidden H
     * @return name to {@code [out, in]} or {@code [out]}, in the order of {@link #TENSORS}
     */
    public static Map<String, int[]> tensorShapes(int features, int hidden) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("mlp.0.weight", new int[] {hidden, features});
        shapes.put("mlp.0.bias", new int[] {hidden});
        shapes.put("mlp.2.weight", new int[] {hidden, hidden});
        shapes.put("mlp.2.bias", new int[] {hidden});
        shapes.put("mu.weight", new int[] {1, hidden});
        shapes.put("mu.bias", new int[] {1});
        shapes.put("kappa.weight", new int[] {1, hidden});
        shapes.put("kappa.bias", new int[] {1});
        return shapes;
    }

    /**
     * Reads a policy that describes itself.
     *
     * @param file a policy file with metadata
     * @throws IllegalArgumentException if it is no policy file, or its metadata lacks a value
     * @throws IOException if it cannot be read
     */
    public static PolicyNetwork read(Path file) throws IOException {
        return read(file, Optional.empty());
    }

    /**
     * Reads a policy; values that its metadata lacks are taken from a given shape.
     *
     * @param file a policy file
     * @param given features, bounds and range of actions for a file without metadata; its hidden size is ignored
     * @throws IllegalArgumentException if it is no policy file, or a value is missing in both places
     * @throws IOException if it cannot be read
     */
    public static PolicyNetwork read(Path file, PolicyShape given) throws IOException {
        return read(file, Optional.of(given));
    }

    private static PolicyNetwork read(Path file, Optional<PolicyShape> given) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        JsonNode header = header(file, bytes);
        int dataStart = 8 + (int) headerLength(file, bytes);
        JsonNode metadata = header.path("__metadata__");
        int hidden = dimension(file, header, "mlp.0.bias", 0);
        PolicyShape shape = shape(file, metadata, hidden, given);
        double[] parameters = new double[shape.parameterCount()];
        int at = 0;
        for (Map.Entry<String, int[]> tensor :
                tensorShapes(shape.state().size(), hidden).entrySet()) {
            at = copy(file, bytes, dataStart, header, tensor.getKey(), tensor.getValue(), parameters, at);
        }
        try {
            return new PolicyNetwork(shape, parameters);
        } catch (IllegalArgumentException notFinite) {
            throw new IllegalArgumentException(notFinite.getMessage() + " (" + file + ")", notFinite);
        }
    }

    private static PolicyShape shape(Path file, JsonNode metadata, int hidden, Optional<PolicyShape> given) {
        if (metadata.hasNonNull("format") && metadata.get("format").asText().startsWith("maskflow")) {
            String format = metadata.get("format").asText();
            if (!format.equals(FORMAT)) {
                throw new IllegalArgumentException(
                        "policy format must be " + FORMAT + ", was " + format + " (" + file + ")");
            }
        }
        if (metadata.hasNonNull("hidden") && number(file, metadata, "hidden", 0) != hidden) {
            throw new IllegalArgumentException("metadata says hidden = "
                    + metadata.get("hidden").asText() + ", mlp.0.bias has " + hidden + " entries (" + file + ")");
        }
        PolicyState state = metadata.hasNonNull("features")
                ? PolicyState.named(List.of(metadata.get("features").asText().split("\\s*,\\s*")))
                : given.map(PolicyShape::state).orElse(PolicyState.PAPER);
        boolean described = metadata.hasNonNull("kappa_min");
        double muMin = described
                ? PolicyShape.PAPER_MU_MIN
                : given.map(PolicyShape::muMin).orElse(PolicyShape.PAPER_MU_MIN);
        double muMax = described
                ? PolicyShape.PAPER_MU_MAX
                : given.map(PolicyShape::muMax).orElse(PolicyShape.PAPER_MU_MAX);
        try {
            return new PolicyShape(
                    state,
                    hidden,
                    number(file, metadata, "mu_min", muMin),
                    number(file, metadata, "mu_max", muMax),
                    number(
                            file,
                            metadata,
                            "kappa_min",
                            given.map(PolicyShape::kappaMin).orElse(Double.NaN)),
                    number(
                            file,
                            metadata,
                            "kappa_max",
                            given.map(PolicyShape::kappaMax).orElse(Double.NaN)),
                    new LogScaleAction(
                            number(
                                    file,
                                    metadata,
                                    "a_min",
                                    given.map(s -> s.action().aMin()).orElse(Double.NaN)),
                            number(
                                    file,
                                    metadata,
                                    "a_max",
                                    given.map(s -> s.action().aMax()).orElse(Double.NaN))));
        } catch (IllegalArgumentException outOfRange) {
            if (outOfRange.getMessage().contains(file.toString())) {
                throw outOfRange;
            }
            throw new IllegalArgumentException(outOfRange.getMessage() + " (" + file + ")", outOfRange);
        }
    }

    /** A number of the metadata, or the fallback; NaN as fallback means that there is none. */
    private static double number(Path file, JsonNode metadata, String key, double fallback) {
        if (!metadata.hasNonNull(key)) {
            if (Double.isNaN(fallback)) {
                throw new IllegalArgumentException("the policy's metadata has no " + key
                        + " and the configuration gives none (" + file + "); give muMin, muMax, kappaMin, kappaMax,"
                        + " aMin and aMax");
            }
            return fallback;
        }
        String text = metadata.get(key).asText();
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "policy metadata " + key + " must be a number, was \"" + text + "\" (" + file + ")", notANumber);
        }
    }

    private static int copy(
            Path file, byte[] bytes, int dataStart, JsonNode header, String name, int[] shape, double[] to, int at) {
        int count = 1;
        for (int i = 0; i < shape.length; i++) {
            int found = dimension(file, header, name, i);
            if (found != shape[i] || header.get(name).get("shape").size() != shape.length) {
                throw new IllegalArgumentException("tensor " + name + " must have shape "
                        + java.util.Arrays.toString(shape) + ", has "
                        + header.get(name).get("shape") + " (" + file + ")");
            }
            count *= found;
        }
        String type = header.get(name).path("dtype").asText();
        long from = header.get(name).path("data_offsets").path(0).asLong(-1);
        long to4 = header.get(name).path("data_offsets").path(1).asLong(-1);
        if (!type.equals("F32") || from < 0 || to4 - from != 4L * count || dataStart + to4 > bytes.length) {
            throw new IllegalArgumentException("tensor " + name + " must be " + count
                    + " float32 values inside the file, is " + type + " at " + from + ".." + to4 + " (" + file + ")");
        }
        ByteBuffer data =
                ByteBuffer.wrap(bytes, dataStart + (int) from, 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            to[at + i] = data.getFloat();
        }
        return at + count;
    }

    private static int dimension(Path file, JsonNode header, String name, int axis) {
        if (!header.path(name).path("shape").path(axis).canConvertToInt()) {
            throw new IllegalArgumentException("not a policy file: tensor " + name + " is missing (" + file + ")");
        }
        return header.get(name).get("shape").get(axis).asInt();
    }

    private static long headerLength(Path file, byte[] bytes) {
        long length = bytes.length < 8
                ? -1
                : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 2 || length > bytes.length - 8) {
            throw new IllegalArgumentException("not a safetensors file: header length " + length + " in a file of "
                    + bytes.length + " bytes (" + file + ")");
        }
        return length;
    }

    private static JsonNode header(Path file, byte[] bytes) throws IOException {
        int length = (int) headerLength(file, bytes);
        try {
            return JSON.readTree(bytes, 8, length);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("not a safetensors file: its header is not JSON (" + file + ")", broken);
        }
    }

    /**
     * Writes a policy, weights rounded to float32. The same policy gives the same bytes.
     *
     * @param file where to; replaced in one move if it exists
     * @param policy the policy
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, PolicyNetwork policy) throws IOException {
        PolicyShape shape = policy.shape();
        ObjectNode header = JSON.createObjectNode();
        ObjectNode metadata = header.putObject("__metadata__");
        metadata.put("format", FORMAT);
        metadata.put("hidden", Integer.toString(shape.hidden()));
        metadata.put("kappa_min", Double.toString(shape.kappaMin()));
        metadata.put("kappa_max", Double.toString(shape.kappaMax()));
        metadata.put("mu_min", Double.toString(shape.muMin()));
        metadata.put("mu_max", Double.toString(shape.muMax()));
        metadata.put("a_min", Double.toString(shape.action().aMin()));
        metadata.put("a_max", Double.toString(shape.action().aMax()));
        if (!shape.state().equals(PolicyState.PAPER)) {
            metadata.put("features", String.join(",", shape.state().labels()));
        }
        long offset = 0;
        for (Map.Entry<String, int[]> tensor :
                tensorShapes(shape.state().size(), shape.hidden()).entrySet()) {
            ObjectNode entry = header.putObject(tensor.getKey());
            entry.put("dtype", "F32");
            long count = 1;
            for (int size : tensor.getValue()) {
                entry.withArray("shape").add(size);
                count *= size;
            }
            entry.withArray("data_offsets").add(offset).add(offset + 4 * count);
            offset += 4 * count;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer out = ByteBuffer.allocate(8 + padded + (int) offset).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(json);
        out.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.UTF_8));
        for (double parameter : policy.parameters()) {
            out.putFloat((float) parameter);
        }
        Path parent = file.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path draft = Files.createTempFile(parent, file.getFileName().toString(), ".part");
        Files.write(draft, out.array());
        Files.move(draft, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
