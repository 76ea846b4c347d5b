package io.maskflow.decoder.backbone.llada;

import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.WeightList;
import java.util.Map;

/** Names, shapes and order of LLaDA's tensors. */
public final class LladaWeights {

    /** Tensors of each block, in this order, after the three of the model. */
    static final int PER_BLOCK = 9;

    private static final String MODEL = "model.transformer.";

    private LladaWeights() {}

    /**
     * The tensors of a checkpoint with their shapes: {@code wte}, {@code ln_f}, {@code ff_out} (if not tied), then per
     * block {@code attn_norm, q_proj, k_proj, v_proj, attn_out, ff_norm, ff_proj, up_proj, ff_out}.
     *
     * @param config the model
     * @return name to shape, in order
     */
    public static Map<String, Shape> shapes(LladaConfig config) {
        return list(config).shapes();
    }

    /** The same with the head in its place, also for a tied model: the order of the programs. */
    static WeightList list(LladaConfig config) {
        long e = config.width();
        long v = config.embeddingSize();
        long kv = (long) config.headSize() * config.keyValueHeads();
        long f = config.innerWidth();
        WeightList weights = new WeightList();
        weights.addVocabulary(MODEL + "wte.weight", v, e);
        weights.add(MODEL + "ln_f.weight", e);
        weights.addHead(MODEL + "ff_out.weight", config.tied(), v, e);
        for (int n = 0; n < config.layers(); n++) {
            String block = MODEL + "blocks." + n + ".";
            weights.add(block + "attn_norm.weight", e);
            weights.add(block + "q_proj.weight", e, e);
            weights.add(block + "k_proj.weight", kv, e);
            weights.add(block + "v_proj.weight", kv, e);
            weights.add(block + "attn_out.weight", e, e);
            weights.add(block + "ff_norm.weight", e);
            weights.add(block + "ff_proj.weight", f, e);
            weights.add(block + "up_proj.weight", f, e);
            weights.add(block + "ff_out.weight", e, f);
        }
        return weights;
    }
}
