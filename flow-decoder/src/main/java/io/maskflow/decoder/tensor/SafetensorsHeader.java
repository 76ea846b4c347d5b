package io.maskflow.decoder.tensor;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: {@code name -> {dtype, shape, data_offsets}}. Nothing in it is believed: every
 * number is checked against the others and against the length of the file.
 */
final class SafetensorsHeader {

    static final long LONGEST = 100_000_000;
    static final String METADATA = "__metadata__";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private SafetensorsHeader() {}

    static SafetensorsFile parse(Path path, byte[] header, long dataStart, long dataLength) {
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (IOException | StackOverflowError notJson) {
            throw new CheckpointException(path + " has a damaged header: " + notJson.getMessage(), notJson);
        }
        if (root == null || !root.isObject()) {
            throw new CheckpointException(path + " has a damaged header: it is no JSON object");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<SafetensorsFile.Tensor> found = new ArrayList<>();
        root.fields().forEachRemaining(field -> {
            if (field.getKey().equals(METADATA)) {
                metadata(path, field.getValue(), metadata);
            } else {
                found.add(tensor(path, field.getKey(), field.getValue(), dataStart));
            }
        });
        found.sort(Comparator.comparingLong(SafetensorsFile.Tensor::offset)
                .thenComparingLong(SafetensorsFile.Tensor::byteCount));
        long end = dataStart;
        Map<String, SafetensorsFile.Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsFile.Tensor tensor : found) {
            if (tensor.offset() != end) {
                throw damaged(
                        path,
                        tensor.name(),
                        tensor.offset() < end
                                ? "overlaps the tensor before it"
                                : "leaves a hole of " + (tensor.offset() - end) + " bytes before it");
            }
            end += tensor.byteCount();
            if (end > dataStart + dataLength) {
                throw damaged(
                        path,
                        tensor.name(),
                        "ends at byte " + end + ", but the file has " + (dataStart + dataLength) + " (truncated?)");
            }
            tensors.put(tensor.name(), tensor);
        }
        if (end != dataStart + dataLength) {
            throw new CheckpointException(
                    path + " has " + (dataStart + dataLength - end) + " bytes after its last tensor");
        }
        return new SafetensorsFile(path, tensors, metadata);
    }

    private static void metadata(Path path, JsonNode node, Map<String, String> into) {
        if (!node.isObject()) {
            throw new CheckpointException(path + " has a damaged header: " + METADATA + " is no JSON object");
        }
        node.fields().forEachRemaining(entry -> {
            if (!entry.getValue().isTextual()) {
                throw new CheckpointException(
                        path + " has a damaged header: " + METADATA + "." + entry.getKey() + " is no string");
            }
            into.put(entry.getKey(), entry.getValue().textValue());
        });
    }

    private static SafetensorsFile.Tensor tensor(Path path, String name, JsonNode node, long dataStart) {
        if (!node.isObject() || node.size() != 3) {
            throw damaged(path, name, "must have exactly dtype, shape and data_offsets");
        }
        ElementType type = type(path, name, node.path("dtype"));
        long[] shape = wholeNumbers(path, name, "shape", node.path("shape"));
        long[] offsets = wholeNumbers(path, name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw damaged(path, name, "has data_offsets that are no range: " + node.path("data_offsets"));
        }
        long bytes = type.bytes();
        try {
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            Math.addExact(dataStart, offsets[1]);
        } catch (ArithmeticException tooLarge) {
            throw damaged(path, name, "has an impossible size: " + node);
        }
        if (offsets[1] - offsets[0] != bytes) {
            throw damaged(
                    path,
                    name,
                    "has " + (offsets[1] - offsets[0]) + " bytes, but " + type + " " + node.path("shape") + " needs "
                            + bytes);
        }
        return new SafetensorsFile.Tensor(name, type, new Shape(shape), dataStart + offsets[0], bytes);
    }

    private static ElementType type(Path path, String name, JsonNode node) {
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(node.textValue())) {
                return type;
            }
        }
        throw damaged(path, name, "has an unknown dtype " + node);
    }

    private static long[] wholeNumbers(Path path, String name, String field, JsonNode node) {
        if (!node.isArray()) {
            throw damaged(path, name, "has no " + field + ", but " + node);
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw damaged(
                        path, name, "has " + field + " " + node + "; only whole numbers of at least 0 are accepted");
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private static CheckpointException damaged(Path path, String name, String what) {
        return new CheckpointException("tensor " + name + " of " + path + " " + what);
    }
}
