package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * LoRA and DoRA adapters in the layout of the PEFT library: a folder with {@code adapter_config.json} and
 * {@code adapter_model.safetensors}, whose tensors are {@code base_model.model.MODULE.lora_A.weight [r, in]},
 * {@code .lora_B.weight [out, r]} and, for DoRA, {@code .lora_magnitude_vector [out]}.
 */
public final class PeftAdapter {

    /** What PEFT puts before the name of a module. */
    public static final String PREFIX = "base_model.model.";

    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final String MAGNITUDE = ".lora_magnitude_vector";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final SafetensorsFile file;
    private final double scale;
    private final Set<String> modules = new TreeSet<>();

    /**
     * What {@code adapter_config.json} says.
     *
     * @param base name or folder of the model that the adapters belong to
     * @param rank {@code r}
     * @param alpha {@code lora_alpha}
     * @param dora whether rows have a length of their own
     * @param targets {@code target_modules}
     */
    public record Settings(String base, int rank, double alpha, boolean dora, List<String> targets) {}

    private PeftAdapter(Path folder, SafetensorsFile file, double scale) {
        this.folder = folder;
        this.file = file;
        this.scale = scale;
    }

    /** The module of a weight: its name without {@code .weight}. */
    public static String moduleOf(String weight) {
        return weight.substring(0, weight.length() - ".weight".length());
    }

    /**
     * Opens adapters.
     *
     * @param folder with both files
     * @throws CheckpointException if a file is missing or damaged, or says something that is not supported
     */
    public static PeftAdapter open(Path folder) {
        Path path = folder.resolve(CONFIG);
        JsonNode config;
        try {
            config = JSON.readTree(path.toFile());
        } catch (IOException unreadable) {
            throw new CheckpointException(path + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        require(path, "peft_type", config.path("peft_type").asText("LORA").equals("LORA"), config, "LORA");
        require(path, "bias", config.path("bias").asText("none").equals("none"), config, "none");
        require(path, "fan_in_fan_out", !config.path("fan_in_fan_out").asBoolean(), config, "false");
        for (String pattern : List.of("rank_pattern", "alpha_pattern", "modules_to_save")) {
            require(path, pattern, config.path(pattern).isEmpty(), config, "empty");
        }
        int rank = config.path("r").asInt();
        double alpha = config.path("lora_alpha").asDouble();
        require(path, "r", rank >= 1, config, "at least 1");
        require(path, "lora_alpha", alpha > 0, config, "above 0");
        boolean stabilised = config.path("use_rslora").asBoolean();
        PeftAdapter adapter = new PeftAdapter(
                folder,
                SafetensorsFile.open(folder.resolve(WEIGHTS)),
                alpha / (stabilised ? Math.sqrt(rank) : rank));
        adapter.readModules();
        return adapter;
    }

    private static void require(Path path, String key, boolean holds, JsonNode config, String accepted) {
        if (!holds) {
            throw new CheckpointException(
                    key + " must be " + accepted + ", was " + config.path(key) + " (" + path + ")");
        }
    }

    private void readModules() {
        for (String name : file.names()) {
            boolean known = name.startsWith(PREFIX)
                    && (name.endsWith(A) || name.endsWith(B) || name.endsWith(MAGNITUDE));
            if (!known) {
                throw new CheckpointException("tensor " + name + " of " + file.path() + " is no part of a LoRA or DoRA"
                        + " adapter on linear layers");
            }
            if (name.endsWith(A)) {
                String module = name.substring(PREFIX.length(), name.length() - A.length());
                if (!file.names().contains(PREFIX + module + B)) {
                    throw new CheckpointException("tensor " + PREFIX + module + B + " is missing in " + file.path());
                }
                modules.add(module);
            }
        }
        if (modules.isEmpty()) {
            throw new CheckpointException(file.path() + " holds no adapter");
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The file with the weights. */
    public SafetensorsFile file() {
        return file;
    }

    /** Whether a weight of the base has an adapter. */
    public boolean adapts(String weight) {
        return weight.endsWith(".weight") && modules.contains(moduleOf(weight));
    }

    /**
     * Refuses a base that lacks an adapted layer or has it in another shape.
     *
     * @param base the weights
     * @throws CheckpointException naming the layer
     */
    void check(Checkpoint base) {
        for (String module : modules) {
            String weight = module + ".weight";
            if (!base.names().contains(weight)) {
                throw new CheckpointException(
                        "the adapter in " + folder + " has the layer " + module + ", " + base.folder() + " has not");
            }
            long[] w = base.fileOf(weight).tensor(weight).shape().getShape();
            long[] a = file.tensor(PREFIX + module + A).shape().getShape();
            long[] b = file.tensor(PREFIX + module + B).shape().getShape();
            boolean fits = w.length == 2
                    && a.length == 2
                    && b.length == 2
                    && a[1] == w[1]
                    && b[0] == w[0]
                    && a[0] == b[1];
            if (!fits) {
                throw new CheckpointException("the adapter of " + module + " in " + folder + " does not fit the weight of "
                        + base.folder() + ": " + base.fileOf(weight).tensor(weight).shape() + " with lora_A "
                        + file.tensor(PREFIX + module + A).shape() + " and lora_B "
                        + file.tensor(PREFIX + module + B).shape());
            }
        }
    }

    /**
     * A weight with its adapter worked in.
     *
     * @param manager owner of the result
     * @param name of the weight
     * @param weight its values in the base, float32, not changed
     * @return {@code W + s B A}, rows scaled to their lengths for DoRA
     */
    NDArray merged(NDManager manager, String name, NDArray weight) {
        String module = PREFIX + moduleOf(name);
        try (NDManager scope = manager.newSubManager()) {
            NDArray change = file.floatArray(scope, module + B).matMul(file.floatArray(scope, module + A));
            NDArray sum = change.mul(scale).add(weight);
            if (file.names().contains(module + MAGNITUDE)) {
                NDArray length = sum.square().sum(new int[] {1}, true).sqrt();
                sum = sum.mul(file.floatArray(scope, module + MAGNITUDE).reshape(-1, 1).div(length));
            }
            sum.attach(manager);
            return sum;
        }
    }

    /**
     * Writes both files.
     *
     * @param folder made if missing
     * @param weights the tensors under PEFT's names
     * @param settings what the configuration says
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, SafetensorsWriter weights, Settings settings) throws IOException {
        Files.createDirectories(folder);
        ObjectNode config = JSON.createObjectNode();
        config.putObject("alpha_pattern");
        config.putNull("auto_mapping");
        config.put("base_model_name_or_path", settings.base());
        config.put("bias", "none");
        config.put("fan_in_fan_out", false);
        config.put("inference_mode", true);
        config.put("init_lora_weights", true);
        config.putNull("layers_pattern");
        config.putNull("layers_to_transform");
        double alpha = settings.alpha();
        if (alpha == Math.rint(alpha)) {
            config.put("lora_alpha", (long) alpha);
        } else {
            config.put("lora_alpha", alpha);
        }
        config.put("lora_dropout", 0.0);
        config.putNull("modules_to_save");
        config.put("peft_type", "LORA");
        config.put("r", settings.rank());
        config.putObject("rank_pattern");
        config.putNull("revision");
        settings.targets().forEach(config.withArray("target_modules")::add);
        config.putNull("task_type");
        config.put("use_dora", settings.dora());
        config.put("use_rslora", false);
        weights.write(folder.resolve(WEIGHTS));
        Files.writeString(
                folder.resolve(CONFIG), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }
}
