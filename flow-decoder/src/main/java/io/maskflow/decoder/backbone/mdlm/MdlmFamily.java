package io.maskflow.decoder.backbone.mdlm;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.ModelFamily;
import io.maskflow.decoder.backbone.network.RotarySettings;
import io.maskflow.decoder.backbone.network.ScriptNetwork;
import io.maskflow.decoder.backbone.network.ScriptNetwork.Design;
import io.maskflow.decoder.backbone.network.WeightList;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code model_type: mdlm}: MDLM-OWT and its kin, a diffusion transformer. */
public final class MdlmFamily implements ModelFamily {

    private static final String TEXT = "mdlm.torchscript";

    /** Fixed by the published network. */
    private static final int FREQUENCIES = 128;

    private static final int INNER = 4;
    private static final int MODULATIONS = 6;
    private static final double EPSILON = 1e-5;
    private static final double ROPE_THETA = 10_000;

    /** For the service loader. */
    public MdlmFamily() {}

    @Override
    public String modelType() {
        return "mdlm";
    }

    @Override
    public List<String> architectures() {
        return List.of("MDLM");
    }

    /** The vocabulary is that of the tokenizer, whose last token ends a text, and the mask token behind it. */
    @Override
    public BackboneInfo describe(String name, ModelConfig config) {
        int vocabulary = config.positive("vocab_size");
        config.require("vocab_size", vocabulary >= 3, "at least 3");
        int end = config.id("eos_token_id", vocabulary, vocabulary - 2);
        return new BackboneInfo(
                name,
                modelType(),
                vocabulary,
                config.positive("hidden_dim"),
                config.id("mask_token_id", vocabulary, vocabulary - 1),
                end,
                Set.of(end),
                config.id("pad_token_id", vocabulary, end),
                config.positive("model_length"),
                false,
                AttentionRule.FULL);
    }

    @Override
    public Design design(ModelConfig config) {
        config.onlyIfPresent("time_conditioning", false);
        config.onlyIfPresent("tie_word_embeddings", false);
        config.notQuantized();
        double theta = RotarySettings.theta(config, ROPE_THETA);
        config.require("rope_theta", theta == ROPE_THETA, ROPE_THETA + ", which the published network fixes");
        int headSize = config.headSize("hidden_dim", "n_heads");
        int layers = config.blocks("n_blocks");
        return new Design(
                TEXT,
                ScriptNetwork.layersText() + "\n" + TorchScript.readResource(MdlmFamily.class, TEXT),
                layers,
                EPSILON,
                Map.of("head_size", headSize),
                weights(config, layers, headSize),
                ROPE_THETA,
                headSize);
    }

    private static WeightList weights(ModelConfig config, int layers, int headSize) {
        long e = config.positive("hidden_dim");
        long v = config.positive("vocab_size");
        long c = config.positive("cond_dim");
        WeightList weights = new WeightList();
        weights.addVocabulary("backbone.vocab_embed.embedding", v, e);
        weights.add("backbone.output_layer.norm_final.weight", e);
        weights.addVocabulary("backbone.output_layer.linear.weight", v, e);
        weights.add("backbone.output_layer.linear.bias", v);
        weights.addAffine("backbone.output_layer.adaLN_modulation", 2 * e, c);
        weights.addAffine("backbone.sigma_map.mlp.0", c, 2 * FREQUENCIES);
        weights.addAffine("backbone.sigma_map.mlp.2", c, c);
        weights.ignore("backbone.rotary_emb.inv_freq", headSize / 2);
        for (int n = 0; n < layers; n++) {
            String block = "backbone.blocks." + n + ".";
            weights.add(block + "norm1.weight", e);
            weights.add(block + "attn_qkv.weight", 3 * e, e);
            weights.add(block + "attn_out.weight", e, e);
            weights.add(block + "norm2.weight", e);
            weights.addAffine(block + "mlp.0", INNER * e, e);
            weights.addAffine(block + "mlp.2", e, INNER * e);
            weights.addAffine(block + "adaLN_modulation", MODULATIONS * e, c);
        }
        return weights;
    }
}
