package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.tensor.BFloat16;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names, shapes and order of LLaDA's tensors. */
public final class LladaWeights {

    /** Tensors of each block, in this order, after the three of the model. */
    static final int PER_BLOCK = 9;

    private static final String MODEL = "model.transformer.";
    private static final long SMALL_HEAD = 8_000_000;

    private LladaWeights() {}

    /**
     * The tensors of a checkpoint with their shapes, in the order of the program's weight list without the head of a
     * tied model: {@code wte}, {@code ln_f}, {@code ff_out} (if not tied), then per block {@code attn_norm, q_proj,
     * k_proj, v_proj, attn_out, ff_norm, ff_proj, up_proj, ff_out}.
     *
     * @param config the model
     * @return name to shape, in order
     */
    public static Map<String, Shape> shapes(LladaConfig config) {
        long e = config.width();
        long v = config.embeddingSize();
        long kv = (long) config.headSize() * config.keyValueHeads();
        long f = config.innerWidth();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(MODEL + "wte.weight", new Shape(v, e));
        shapes.put(MODEL + "ln_f.weight", new Shape(e));
        if (!config.tied()) {
            shapes.put(MODEL + "ff_out.weight", new Shape(v, e));
        }
        for (int n = 0; n < config.layers(); n++) {
            String block = MODEL + "blocks." + n + ".";
            shapes.put(block + "attn_norm.weight", new Shape(e));
            shapes.put(block + "q_proj.weight", new Shape(e, e));
            shapes.put(block + "k_proj.weight", new Shape(kv, e));
            shapes.put(block + "v_proj.weight", new Shape(kv, e));
            shapes.put(block + "attn_out.weight", new Shape(e, e));
            shapes.put(block + "ff_norm.weight", new Shape(e));
            shapes.put(block + "ff_proj.weight", new Shape(f, e));
            shapes.put(block + "up_proj.weight", new Shape(f, e));
            shapes.put(block + "ff_out.weight", new Shape(e, f));
        }
        return shapes;
    }

    /** Names of {@link #shapes} with the head in its place, also for a tied model. */
    private static List<String> ordered(LladaConfig config) {
        List<String> names = new ArrayList<>(shapes(config).keySet());
        if (config.tied()) {
            names.add(2, names.get(0));
        }
        return names;
    }

    /**
     * All weights as float32: embedding, last norm, head (the embedding again if tied), then nine per block.
     *
     * @param manager owner of the arrays
     * @param config the model
     * @param checkpoint its weights
     * @return the program's weight list
     */
    public static NDList float32(NDManager manager, LladaConfig config, Checkpoint checkpoint) {
        NDList weights = new NDList();
        for (String name : ordered(config)) {
            weights.add(weights.size() == 2 && config.tied() ? weights.get(0) : checkpoint.floatArray(manager, name));
        }
        return weights;
    }

    /**
     * The same with bfloat16 matrices. Norms stay float32, and so do embedding and head of a small vocabulary: its
     * logits then have no rounding ties.
     */
    static NDList bfloat16(NDManager manager, LladaConfig config, Checkpoint checkpoint, BFloat16 bfloat16) {
        boolean smallHead = (long) config.embeddingSize() * config.width() <= SMALL_HEAD;
        NDList weights = new NDList();
        for (String name : ordered(config)) {
            boolean vector = checkpoint.fileOf(name).tensor(name).shape().dimension() == 1;
            boolean wide = vector || smallHead && (weights.isEmpty() || weights.size() == 2);
            NDArray weight = weights.size() == 2 && config.tied()
                    ? weights.get(0)
                    : wide ? checkpoint.floatArray(manager, name) : bfloat16.array(checkpoint, name);
            weights.add(weight);
        }
        return weights;
    }
}
