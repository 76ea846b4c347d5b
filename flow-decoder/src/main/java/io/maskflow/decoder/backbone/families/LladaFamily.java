package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.RotarySettings;
import io.maskflow.decoder.backbone.network.TensorNames;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code LLaDAModelLM}: LLaDA-8B, LLaDA-1.5, iLLaDA and their kin, in OLMo's field names. */
public final class LladaFamily implements TransformerFamily {

    private static final List<String> OFF = List.of(
            "alibi",
            "include_bias",
            "include_qkv_bias",
            "bias_for_layer_norm",
            "attention_layer_norm",
            "input_emb_norm",
            "scale_logits",
            "multi_query_attention");

    @Override
    public String modelType() {
        return "llada";
    }

    @Override
    public List<String> architectures() {
        return List.of("LLaDAModelLM", "LLaDAModel");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        config.only("block_type", "llama");
        config.only("layer_norm_type", "rms");
        config.only("activation_type", "silu");
        config.only("rope", true);
        OFF.forEach(field -> config.onlyIfPresent(field, false));
        config.onlyIfPresent("rope_full_precision", true);
        config.onlyIfPresent("layer_norm_with_affine", true);
        config.onlyIfPresent("block_group_size", 1);
        config.absent("clip_qkv");
        config.notQuantized();

        int width = config.positive("d_model");
        int heads = config.positive("n_heads");
        int vocabulary = config.positive("vocab_size");
        int rows = config.positive("embedding_size", vocabulary);
        config.require("d_model", width % (2L * heads) == 0, "a multiple of twice n_heads (" + heads + ")");
        config.require("embedding_size", rows >= vocabulary, "at least vocab_size (" + vocabulary + ")");
        int layers = config.blocks("n_layers");
        double theta = RotarySettings.theta(config, 10_000);
        return new Transformer(
                rows,
                width,
                layers,
                config.positive("max_sequence_length"),
                config.flag("weight_tying", true),
                config.positiveNumber("rms_norm_eps", 1e-5),
                Transformer.Heads.plain(heads, config.divisor("n_kv_heads", heads), width / heads, theta),
                innerWidth(config, width),
                Transformer.Experts.none(layers),
                AttentionRule.FULL,
                false,
                TensorNames.llada());
    }

    private static int innerWidth(ModelConfig config, int width) {
        long product = (long) config.positive("mlp_ratio", 4) * width;
        config.require("mlp_ratio", product <= Integer.MAX_VALUE, "at most " + Integer.MAX_VALUE / width);
        return config.positive("mlp_hidden_size", (int) product);
    }
}
