package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of a folder in Hugging Face layout: {@code model.safetensors}, or shards that
 * {@code model.safetensors.index.json} lists. Opening checks headers and index; no weight is read.
 */
public final class Checkpoint {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
    private static final int NAMED = 6;

    /** Buffers that some versions of the published networks save and every version computes again. */
    private static final Pattern BUFFERS = Pattern.compile(
            "(.*\\.)?(rotary_(pos_)?emb\\.(inv_freq|original_inv_freq|cos_cached|sin_cached)|position_ids)");

    private final Path folder;
    private final Map<String, SafetensorsFile> fileOf;
    private final Set<String> unlisted;
    private final Optional<PeftAdapter> adapter;

    private Checkpoint(
            Path folder, Map<String, SafetensorsFile> fileOf, Set<String> unlisted, Optional<PeftAdapter> adapter) {
        this.folder = folder;
        this.fileOf = fileOf;
        this.unlisted = unlisted;
        this.adapter = adapter;
    }

    /**
     * Opens the weights of a folder.
     *
     * @param folder holds {@code model.safetensors} or {@code model.safetensors.index.json} with its shards
     * @return the weights
     * @throws CheckpointException if there are none, a shard is missing or damaged, or the index names a tensor that its
     *     shard has not. A tensor of a shard that the index does not name is taken with a warning
     */
    public static Checkpoint open(Path folder) {
        Path single = folder.resolve("model.safetensors");
        Path index = folder.resolve("model.safetensors.index.json");
        Map<String, SafetensorsFile> fileOf = new TreeMap<>();
        Set<String> unlisted = new TreeSet<>();
        if (Files.exists(index)) {
            sharded(folder, index, fileOf, unlisted);
        } else if (Files.exists(single)) {
            SafetensorsFile file = SafetensorsFile.open(single);
            file.names().forEach(name -> fileOf.put(name, file));
        } else {
            throw MissingWeights.in(folder);
        }
        return new Checkpoint(folder, fileOf, unlisted, Optional.empty());
    }

    /**
     * The same weights with an adapter worked in as they are read.
     *
     * @param fitting adapters on some of the linear layers
     * @return the adapted weights
     * @throws CheckpointException if the adapter has a layer that is not here, or in another shape
     */
    public Checkpoint with(PeftAdapter fitting) {
        fitting.check(this);
        return new Checkpoint(folder, fileOf, unlisted, Optional.of(fitting));
    }

    /** Whether a tensor is computed from several stored ones, so that it cannot be mapped. */
    boolean isComputed(String name) {
        return adapter.isPresent() && adapter.get().adapts(name);
    }

    private static void sharded(Path folder, Path index, Map<String, SafetensorsFile> fileOf, Set<String> unlisted) {
        JsonNode map;
        try {
            map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
        } catch (IOException damaged) {
            throw new CheckpointException(index + " cannot be read: " + damaged.getMessage(), damaged);
        }
        if (!map.isObject()) {
            throw new CheckpointException(index + " has no weight_map");
        }
        Map<String, SafetensorsFile> shards = new TreeMap<>();
        map.fields().forEachRemaining(entry -> {
            String shard = entry.getValue().asText();
            if (shard.isEmpty() || !Path.of(shard).equals(Path.of(shard).getFileName()) || shard.startsWith("..")) {
                throw new CheckpointException(index + ": weight_map." + entry.getKey()
                        + " must be a file of the folder, was " + entry.getValue());
            }
            SafetensorsFile file = shards.computeIfAbsent(shard, name -> SafetensorsFile.open(folder.resolve(name)));
            if (!file.names().contains(entry.getKey())) {
                throw new CheckpointException(
                        "tensor " + entry.getKey() + " is not in " + file.path() + ", where " + index + " says it is");
            }
            fileOf.put(entry.getKey(), file);
        });
        shards.forEach((name, file) -> file.names().forEach(tensor -> {
            if (fileOf.putIfAbsent(tensor, file) == null) {
                unlisted.add(tensor);
            }
        }));
        if (!unlisted.isEmpty()) {
            LOG.warn("{} does not list tensors that its shards hold: {}", index, some(List.copyOf(unlisted)));
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Names of all tensors, sorted. */
    public Set<String> names() {
        return fileOf.keySet();
    }

    /** The different files of the checkpoint. */
    public Set<SafetensorsFile> files() {
        return Set.copyOf(fileOf.values());
    }

    /**
     * The file that holds a tensor.
     *
     * @param name its name
     * @return its file
     * @throws CheckpointException if there is no such tensor
     */
    public SafetensorsFile fileOf(String name) {
        SafetensorsFile file = fileOf.get(name);
        if (file == null) {
            throw new CheckpointException("tensor " + name + " is missing in " + folder);
        }
        return file;
    }

    /**
     * A tensor as a float32 array.
     *
     * @param manager owner of the array
     * @param name its name
     * @return the array; read-only memory where the file holds F32
     */
    public NDArray floatArray(NDManager manager, String name) {
        if (isComputed(name)) {
            try (NDManager scope = manager.newSubManager()) {
                return adapter.orElseThrow().merged(manager, name, fileOf(name).floatArray(scope, name));
            }
        }
        return fileOf(name).floatArray(manager, name);
    }

    /**
     * Refuses a checkpoint that does not hold exactly the expected tensors.
     *
     * @param expected shape of every tensor of the model
     * @throws CheckpointException naming missing and surplus tensors and wrong shapes
     */
    public void require(Map<String, Shape> expected) {
        List<String> complaints = new ArrayList<>();
        complain(
                complaints,
                "missing",
                expected.keySet().stream()
                        .filter(name -> !fileOf.containsKey(name))
                        .toList());
        complain(
                complaints,
                "not part of this architecture",
                fileOf.keySet().stream()
                        .filter(name -> !expected.containsKey(name))
                        .filter(name -> !unlisted.contains(name) && !isBuffer(name))
                        .toList());
        complain(
                complaints,
                "of a wrong shape or type",
                expected.keySet().stream()
                        .filter(fileOf::containsKey)
                        .map(name -> wrong(fileOf.get(name).tensor(name), expected.get(name)))
                        .filter(text -> !text.isEmpty())
                        .toList());
        if (!complaints.isEmpty()) {
            throw new CheckpointException(
                    "the weights in " + folder + " do not fit its config.json: " + String.join("; ", complaints));
        }
    }

    /** Whether a tensor is no weight: a table that networks compute from their configuration. */
    public static boolean isBuffer(String name) {
        return BUFFERS.matcher(name).matches();
    }

    /** Whether two tensors hold the same bytes in the same type and shape; reads both. */
    public boolean areEqual(String one, String other) {
        SafetensorsFile.Tensor a = fileOf(one).tensor(one);
        SafetensorsFile.Tensor b = fileOf(other).tensor(other);
        return a.type() == b.type()
                && a.shape().equals(b.shape())
                && fileOf(one).bytes(one).equals(fileOf(other).bytes(other));
    }

    private static String wrong(SafetensorsFile.Tensor tensor, Shape expected) {
        if (!tensor.shape().equals(expected)) {
            return tensor.name() + " is " + tensor.shape() + ", expected " + expected;
        }
        return switch (tensor.type()) {
            case F32, BF16, F16 -> "";
            case F8_E4M3, F8_E5M2, F8_E8M0 ->
                tensor.name() + " holds " + tensor.type() + " (fp8), accepted are F32, BF16 and F16: take the bfloat16"
                        + " weights of the same model, or dequantise them with the publisher's script";
            default -> tensor.name() + " holds " + tensor.type() + ", accepted are F32, BF16 and F16";
        };
    }

    private static void complain(List<String> complaints, String what, List<String> names) {
        if (!names.isEmpty()) {
            complaints.add(what + ": " + some(names));
        }
    }

    private static String some(List<String> names) {
        String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
        return String.join(", ", names.subList(0, Math.min(NAMED, names.size()))) + more;
    }
}
