package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * LoRA and DoRA adapters on linear layers, LoRA on embeddings, trained tokens and modules that are stored whole, in the layout
 * of the PEFT library: a folder with {@code adapter_config.json} and
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
    private static final String EMBEDDING_A = ".lora_embedding_A";
    private static final String EMBEDDING_B = ".lora_embedding_B";
    private static final String TOKENS = ".token_adapter.trainable_tokens_delta";
    private static final String MAGNITUDE = ".lora_magnitude_vector";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final SafetensorsFile file;
    private final PeftConfig config;

    /** Linear layers and embeddings with matrices, modules that are stored whole, embeddings with rows of their own. */
    private final Set<String> modules = new TreeSet<>();

    private final Set<String> saved = new TreeSet<>();
    private final Set<String> tokens = new TreeSet<>();

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

    private PeftAdapter(Path folder, SafetensorsFile file, PeftConfig config) {
        this.folder = folder;
        this.file = file;
        this.config = config;
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
        PeftConfig config = PeftConfig.read(folder.resolve(CONFIG));
        Path weights = folder.resolve(WEIGHTS);
        if (!Files.exists(weights) && Files.exists(folder.resolve("adapter_model.bin"))) {
            throw new CheckpointException(
                    folder + " holds adapter_model.bin, which only Python can read; convert once:\n"
                            + "  python3 -c \"import torch; from safetensors.torch import save_file; save_file(torch.load('"
                            + folder
                            + "/adapter_model.bin', map_location='cpu', weights_only=True), '" + weights + "')\"");
        }
        PeftAdapter adapter = new PeftAdapter(folder, SafetensorsFile.open(weights), config);
        adapter.readModules();
        return adapter;
    }

    private void readModules() {
        for (String name : file.names()) {
            if (!name.startsWith(PREFIX) || !knows(name, name.substring(PREFIX.length()))) {
                throw new CheckpointException("tensor " + name + " of " + file.path() + " is no part of a LoRA or DoRA"
                        + " adapter on linear layers, embeddings or tokens, nor of modules_to_save");
            }
        }
        if (modules.isEmpty() && saved.isEmpty() && tokens.isEmpty()) {
            throw new CheckpointException(file.path() + " holds no adapter");
        }
    }

    private boolean knows(String name, String inner) {
        if (name.endsWith(A) || name.endsWith(EMBEDDING_A)) {
            String end = name.endsWith(A) ? A : EMBEDDING_A;
            String module = inner.substring(0, inner.length() - end.length());
            String other = PREFIX + module + (end.equals(A) ? B : EMBEDDING_B);
            if (!file.names().contains(other)) {
                throw new CheckpointException("tensor " + other + " is missing in " + file.path());
            }
            if (end.equals(EMBEDDING_A) && file.names().contains(PREFIX + module + MAGNITUDE)) {
                throw new CheckpointException(
                        "DoRA on the embedding " + module + " is not computed (" + file.path() + ")");
            }
            modules.add(module);
            return true;
        }
        if (name.endsWith(B) || name.endsWith(EMBEDDING_B) || name.endsWith(MAGNITUDE)) {
            return true;
        }
        if (name.endsWith(TOKENS)) {
            tokens.add(inner.substring(0, inner.length() - TOKENS.length()));
            return true;
        }
        boolean whole =
                inner.matches(".*\\.(weight|bias)") && config.isSaved(inner.replaceFirst("\\.(weight|bias)$", ""));
        if (whole) {
            saved.add(inner);
        }
        return whole;
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The file with the weights. */
    public SafetensorsFile file() {
        return file;
    }

    /** Whether a tensor of the base is changed. */
    public boolean adapts(String name) {
        return saved.contains(name)
                || name.endsWith(".weight") && (modules.contains(moduleOf(name)) || tokens.contains(moduleOf(name)));
    }

    /**
     * Refuses a base that lacks an adapted layer or has it in another shape.
     *
     * @param base the weights
     * @throws CheckpointException naming the layer
     */
    void check(Checkpoint base) {
        for (String module : modules) {
            long[] w = inBase(base, module + ".weight").shape().getShape();
            boolean embedding = isEmbedding(module);
            SafetensorsFile.Tensor a = file.tensor(PREFIX + module + (embedding ? EMBEDDING_A : A));
            SafetensorsFile.Tensor b = file.tensor(PREFIX + module + (embedding ? EMBEDDING_B : B));
            boolean matrices =
                    w.length == 2 && a.shape().dimension() == 2 && b.shape().dimension() == 2;
            boolean fits = matrices
                    && a.shape().get(1) == w[embedding ? 0 : 1]
                    && b.shape().get(0) == w[embedding ? 1 : 0]
                    && a.shape().get(0) == b.shape().get(1);
            if (!fits) {
                throw new CheckpointException(
                        "the adapter of " + module + " in " + folder + " does not fit the weight of "
                                + base.folder() + ": "
                                + inBase(base, module + ".weight").shape() + " with lora_A " + a.shape()
                                + " and lora_B " + b.shape());
            }
            config.scale(module, a.shape().get(0));
        }
        for (String name : saved) {
            requireShape(
                    base, name, file.tensor(PREFIX + name), inBase(base, name).shape());
        }
        for (String module : tokens) {
            SafetensorsFile.Tensor rows = file.tensor(PREFIX + module + TOKENS);
            Shape whole = inBase(base, module + ".weight").shape();
            requireShape(base, module, rows, new Shape(rows.shape().get(0), whole.get(1)));
            for (long id : config.tokens(module, rows.shape().get(0))) {
                if (id >= whole.get(0)) {
                    throw new CheckpointException("the adapter in " + folder + " replaces token " + id + " of " + module
                            + ", " + base.folder() + " has " + whole.get(0));
                }
            }
        }
    }

    private void requireShape(Checkpoint base, String name, SafetensorsFile.Tensor tensor, Shape expected) {
        if (!tensor.shape().equals(expected)) {
            throw new CheckpointException(name + " of the adapter in " + folder + " does not fit " + base.folder()
                    + ": it is " + tensor.shape() + ", expected " + expected);
        }
    }

    private SafetensorsFile.Tensor inBase(Checkpoint base, String name) {
        if (!base.names().contains(name)) {
            throw new CheckpointException("the adapter in " + folder + " has the layer "
                    + (name.endsWith(".weight") ? moduleOf(name) : name) + ", " + base.folder() + " has not");
        }
        return base.fileOf(name).tensor(name);
    }

    private boolean isEmbedding(String module) {
        return file.names().contains(PREFIX + module + EMBEDDING_A);
    }

    /**
     * A tensor with its adapter worked in.
     *
     * @param manager owner of the result
     * @param name of the tensor
     * @param weight its values in the base, float32, not changed
     * @return the saved tensor where the module is stored whole; else {@code W + s B A} ({@code W + s (B A)^T} for an
     *     embedding), rows scaled to their lengths for DoRA; rows of trained tokens are those of the adapter
     */
    NDArray merged(NDManager manager, String name, NDArray weight) {
        if (saved.contains(name)) {
            return file.floatArray(manager, PREFIX + name);
        }
        String module = moduleOf(name);
        try (NDManager scope = manager.newSubManager()) {
            NDArray sum = modules.contains(module) ? changed(scope, module, weight) : weight.duplicate();
            if (tokens.contains(module)) {
                NDArray rows = file.floatArray(scope, PREFIX + module + TOKENS);
                long[] ids = config.tokens(module, rows.getShape().get(0));
                for (int i = 0; i < ids.length; i++) {
                    sum.set(new NDIndex(ids[i]), rows.get(i));
                }
            }
            sum.attach(manager);
            return sum;
        }
    }

    private NDArray changed(NDManager scope, String module, NDArray weight) {
        boolean embedding = isEmbedding(module);
        NDArray a = file.floatArray(scope, PREFIX + module + (embedding ? EMBEDDING_A : A));
        NDArray b = file.floatArray(scope, PREFIX + module + (embedding ? EMBEDDING_B : B));
        NDArray product = embedding ? b.matMul(a).transpose() : b.matMul(a);
        NDArray sum = product.mul(config.scale(module, a.getShape().get(0))).add(weight);
        if (file.names().contains(PREFIX + module + MAGNITUDE)) {
            NDArray length = sum.square().sum(new int[] {1}, true).sqrt();
            sum = sum.mul(file.floatArray(scope, PREFIX + module + MAGNITUDE)
                    .reshape(-1, 1)
                    .div(length));
        }
        return sum;
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
