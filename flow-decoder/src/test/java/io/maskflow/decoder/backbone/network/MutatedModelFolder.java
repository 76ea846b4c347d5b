package io.maskflow.decoder.backbone.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A copy of a golden model folder in which one file was damaged; what and how follows from a number. */
final class MutatedModelFolder {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> MODELS = List.of("dream-tiny", "llada-tiny-sharded", "llada2-tiny", "mdlm-tiny");
    private static final String[] ODD = {
        "null",
        "0",
        "-1",
        "1",
        "2",
        "3",
        "7",
        "64",
        "2147483647",
        "-2147483648",
        "4611686018427387904",
        "1e400",
        "1e-320",
        "0.3",
        "true",
        "false",
        "\"\"",
        "\"x\"",
        "\"../x\"",
        "\"\\u0000\"",
        "[]",
        "[1]",
        "[-1, 2]",
        "[[[]]]",
        "{}",
        "{\"type\": \"yarn\"}",
        "\"model-00001-of-00003.safetensors\"",
        "\"F64\"",
        "\"BF16\"",
        "[0, 0]",
        "[9223372036854775807]"
    };

    private final Random random;
    private final Path folder;
    private String damage;

    private MutatedModelFolder(long number, Path folder) {
        this.random = new Random(number);
        this.folder = folder;
    }

    /**
     * Fills an empty folder.
     *
     * @return what was damaged, for messages
     */
    static String fill(Path folder, Path golden, long number) throws IOException {
        MutatedModelFolder mutated = new MutatedModelFolder(number, folder);
        String model = MODELS.get((int) (number % MODELS.size()));
        try (Stream<Path> files = Files.list(golden.resolve(model))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.copy(BuiltinModels.folder("builtin").resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        mutated.damage(number);
        return model + ": " + mutated.damage;
    }

    private void damage(long number) throws IOException {
        List<String> names = new ArrayList<>(List.of("config.json", "tokenizer.json"));
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("safetensors"))
                    .sorted()
                    .forEach(names::add);
        }
        String name = names.get((int) (number / MODELS.size() % names.size()));
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        byte[] damaged = name.endsWith(".safetensors") ? safetensors(bytes) : json(bytes, bytes.length);
        damage = name + ", " + damage;
        Files.write(file, damaged);
    }

    /** Damages the length, the header or the end of a file of weights. */
    private byte[] safetensors(byte[] file) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) buffer.getLong(0);
        int choice = random.nextInt(6);
        if (choice == 0) {
            int length = random.nextInt(file.length);
            damage = "cut off after " + length + " bytes";
            return Arrays.copyOf(file, length);
        }
        if (choice == 1) {
            long[] lengths = {0, -1, Long.MAX_VALUE, header + 1, header - 1, file.length, random.nextLong()};
            long length = lengths[random.nextInt(lengths.length)];
            damage = "header length " + length;
            return buffer.putLong(0, length).array();
        }
        byte[] changed = json(Arrays.copyOfRange(file, Long.BYTES, Long.BYTES + header), header);
        ByteBuffer whole = ByteBuffer.allocate(Long.BYTES + changed.length + file.length - Long.BYTES - header)
                .order(ByteOrder.LITTLE_ENDIAN);
        return whole.putLong(changed.length)
                .put(changed)
                .put(file, Long.BYTES + header, file.length - Long.BYTES - header)
                .array();
    }

    /** Damages a JSON text: some of its bytes, its end, or one of its values. */
    private byte[] json(byte[] text, int length) throws IOException {
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] changed = text.clone();
                damage = "bytes changed:";
                for (int i = 0; i < 1 + random.nextInt(4); i++) {
                    int at = random.nextInt(length);
                    changed[at] = (byte) random.nextInt(256);
                    damage += " " + at;
                }
                return changed;
            }
            case 1 -> {
                int end = random.nextInt(length);
                damage = "cut off after " + end;
                return Arrays.copyOf(text, end);
            }
            case 2 -> {
                int at = random.nextInt(length);
                String deep = random.nextBoolean() ? "[".repeat(20_000) : "{\"a\":".repeat(5_000);
                damage = "deep nesting at " + at;
                return (new String(text, 0, at, StandardCharsets.UTF_8) + deep).getBytes(StandardCharsets.UTF_8);
            }
            default -> {
                JsonNode root = JSON.readTree(new String(text, 0, length, StandardCharsets.UTF_8));
                replace(root);
                return JSON.writeValueAsBytes(root);
            }
        }
    }

    /** Walks down at random and replaces or removes what it meets. */
    private void replace(JsonNode root) throws IOException {
        JsonNode node = root;
        String path = "";
        while (true) {
            if (node.isEmpty()) {
                damage = "nothing at " + path;
                return;
            }
            int at = random.nextInt(node.size());
            JsonNode child;
            String name = "";
            if (node.isArray()) {
                child = node.get(at);
                path += "[" + at + "]";
            } else {
                List<String> names = new ArrayList<>();
                node.fieldNames().forEachRemaining(names::add);
                name = names.get(at);
                child = node.get(name);
                path += "." + name;
            }
            if (child.isContainerNode() && !child.isEmpty() && random.nextInt(4) > 0) {
                node = child;
                continue;
            }
            boolean remove = random.nextInt(5) == 0;
            JsonNode odd = JSON.readTree(ODD[random.nextInt(ODD.length)]);
            damage = path + (remove ? " removed" : " = " + odd);
            if (node instanceof ArrayNode array) {
                if (remove) {
                    array.remove(at);
                } else {
                    array.set(at, odd);
                }
            } else if (remove) {
                ((ObjectNode) node).remove(name);
            } else {
                ((ObjectNode) node).set(name, odd);
            }
            return;
        }
    }
}
