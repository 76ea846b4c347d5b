package io.maskflow.alignment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

record Architecture(
        int width,
        int layers,
        int heads,
        int mlpWidth,
        int vocabulary,
        boolean tied,
        double eps,
        double ropeTheta,
        int maskId,
        int endId,
        int padId) {

    static final String PREFIX = "model.transformer.";

    static Architecture read(Path config) throws IOException {
        JsonNode c = new ObjectMapper().readTree(config.toFile());
        return new Architecture(
                c.get("d_model").intValue(),
                c.get("n_layers").intValue(),
                c.get("n_heads").intValue(),
                c.get("mlp_hidden_size").intValue(),
                c.get("embedding_size").intValue(),
                c.get("weight_tying").booleanValue(),
                c.get("rms_norm_eps").doubleValue(),
                c.get("rope_theta").doubleValue(),
                c.get("mask_token_id").intValue(),
                c.get("eos_token_id").intValue(),
                c.get("pad_token_id").intValue());
    }

    /** Names and shapes of the weights, in the order in which programs take them. */
    Map<String, long[]> weights() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(PREFIX + "wte.weight", new long[] {vocabulary, width});
        shapes.put(PREFIX + "ln_f.weight", new long[] {width});
        if (!tied) {
            shapes.put(PREFIX + "ff_out.weight", new long[] {vocabulary, width});
        }
        for (int i = 0; i < layers; i++) {
            String block = PREFIX + "blocks." + i + ".";
            shapes.put(block + "attn_norm.weight", new long[] {width});
            for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "attn_out"}) {
                shapes.put(block + projection + ".weight", new long[] {width, width});
            }
            shapes.put(block + "ff_norm.weight", new long[] {width});
            shapes.put(block + "ff_proj.weight", new long[] {mlpWidth, width});
            shapes.put(block + "up_proj.weight", new long[] {mlpWidth, width});
            shapes.put(block + "ff_out.weight", new long[] {width, mlpWidth});
        }
        return shapes;
    }
}
