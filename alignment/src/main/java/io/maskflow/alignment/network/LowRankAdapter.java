package io.maskflow.alignment.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.decoder.tensor.PeftAdapter;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import io.maskflow.decoder.tensor.TorchScript;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Low-rank adapters on linear layers of a backbone: {@code W + (alpha / r) B A}, and for DoRA
 * {@code m (W + (alpha / r) B A) / |W + (alpha / r) B A|} with the norm of each row.
 *
 * <p>{@code A [r, in]} starts uniform in {@code +-1/sqrt(in)}, {@code B [out, r]} at 0 and {@code m [out]} at the norms of
 * {@code W}: the adapted model starts as the base. The gradient goes through the norm.
 *
 * @paper SM App. A.2
 */
public final class LowRankAdapter {

    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final String MAGNITUDE = ".lora_magnitude_vector";

    private final AdapterConfig config;
    private final List<String> layers = new ArrayList<>();
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    private LowRankAdapter(AdapterConfig config) {
        this.config = config;
    }

    /**
     * Adapters on the layers that the settings name.
     *
     * @param backbone whose weights are read
     * @param config rank, scale, layers
     * @param seed every tensor is a function of the seed and its name
     * @throws IllegalArgumentException if a target names no linear layer
     */
    static LowRankAdapter on(TrainableBackbone backbone, AdapterConfig config, long seed) {
        LowRankAdapter adapter = new LowRankAdapter(config);
        List<String> linears = backbone.architecture().linears();
        requireTargets(backbone.architecture(), config);
        for (String name : linears) {
            if (config.targets().stream().anyMatch(target -> names(target, name))) {
                adapter.add(backbone, name, seed);
            }
        }
        return adapter;
    }

    /** Refuses targets that name no linear layer. */
    public static void requireTargets(TransformerShape shape, AdapterConfig config) {
        List<String> linears = shape.linears();
        for (String target : config.targets()) {
            if (linears.stream().noneMatch(name -> names(target, name))) {
                throw new IllegalArgumentException("adapter.targets: " + target + " names no linear layer; layers are "
                        + String.join(
                                ", ",
                                linears.stream()
                                        .map(LowRankAdapter::shortName)
                                        .distinct()
                                        .toList()));
            }
        }
    }

    /** PEFT's rule: a module is a target if its name is the target or ends in a dot and the target. */
    private static boolean names(String target, String weight) {
        String module = PeftAdapter.moduleOf(weight);
        return module.equals(target) || module.endsWith("." + target);
    }

    private static String shortName(String weight) {
        String module = PeftAdapter.moduleOf(weight);
        return module.substring(module.lastIndexOf('.') + 1);
    }

    private void add(TrainableBackbone backbone, String name, long seed) {
        NDManager manager = backbone.manager();
        NDArray weight = backbone.weights().get(name);
        long out = weight.getShape().get(0);
        long in = weight.getShape().get(1);
        String module = PeftAdapter.moduleOf(name);
        float[] first = new float[Math.toIntExact(config.rank() * in)];
        KeyedDraws draws = KeyedDraws.of(seed, module.hashCode(), 1);
        double bound = 1 / Math.sqrt(in);
        for (int i = 0; i < first.length; i++) {
            first[i] = (float) (bound * (2 * draws.nextDouble() - 1));
        }
        layers.add(name);
        tensors.put(
                module + A, manager.create(FloatBuffer.wrap(first), new Shape(config.rank(), in), DataType.FLOAT32));
        tensors.put(module + B, manager.zeros(new Shape(out, config.rank()), DataType.FLOAT32));
        if (config.type() == AdapterConfig.Type.DORA) {
            float[] w = weight.toFloatArray();
            float[] norms = new float[(int) out];
            for (int row = 0; row < out; row++) {
                double squares = 0;
                for (int i = 0; i < in; i++) {
                    squares += (double) w[(int) (row * in) + i] * w[(int) (row * in) + i];
                }
                norms[row] = (float) Math.sqrt(squares);
            }
            tensors.put(module + MAGNITUDE, manager.create(norms));
        }
    }

    /** Makes the adapters leaves of the gradient graph; by name, without PEFT's prefix. */
    public Map<String, NDArray> train() {
        tensors.values().forEach(tensor -> JniUtils.attachGradient((PtNDArray) tensor, true));
        return tensors;
    }

    /** The adapters by name. */
    Map<String, NDArray> tensors() {
        return tensors;
    }

    /** All weights; those of the given names that are adapted with their adapters. */
    Map<String, NDArray> applied(
            NDManager scope, TorchScript program, Map<String, NDArray> weights, List<String> names) {
        List<String> here = layers.stream().filter(names::contains).toList();
        if (here.isEmpty()) {
            return weights;
        }
        NDList w = new NDList();
        here.forEach(name -> w.add(weights.get(name)));
        NDArray scale = scope.create((float) (config.alpha() / config.rank()));
        NDList adapted = config.type() == AdapterConfig.Type.DORA
                ? program.train(
                        scope, "weight_decomposed", w, part(here, A), part(here, B), part(here, MAGNITUDE), scale)
                : program.train(scope, "low_rank", w, part(here, A), part(here, B), scale);
        Map<String, NDArray> all = new LinkedHashMap<>(weights);
        for (int i = 0; i < here.size(); i++) {
            all.put(here.get(i), adapted.get(i));
        }
        return all;
    }

    private NDList part(List<String> names, String suffix) {
        NDList list = new NDList();
        names.forEach(name -> list.add(tensors.get(PeftAdapter.moduleOf(name) + suffix)));
        return list;
    }

    /**
     * Writes the adapters in PEFT's layout.
     *
     * @param folder made if missing
     * @param base what the adapters belong to
     * @throws IOException if a file cannot be written
     */
    public void write(Path folder, String base) throws IOException {
        SafetensorsWriter file = new SafetensorsWriter(Map.of("format", "pt"));
        tensors.forEach((name, tensor) -> file.array(PeftAdapter.PREFIX + name, tensor));
        PeftAdapter.write(
                folder,
                file,
                new PeftAdapter.Settings(
                        base,
                        config.rank(),
                        config.alpha(),
                        config.type() == AdapterConfig.Type.DORA,
                        config.targets()));
    }
}
