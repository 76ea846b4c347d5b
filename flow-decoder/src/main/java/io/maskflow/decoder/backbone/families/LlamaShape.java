package io.maskflow.decoder.backbone.families;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.RotarySettings;
import io.maskflow.decoder.backbone.network.TensorNames;
import io.maskflow.decoder.backbone.network.Transformer;
import java.util.List;

/** The fields that Llama, Qwen2, Qwen3 and their kin share; a family adds what it has of its own. */
final class LlamaShape {

    private static final List<String> SCALINGS = List.of(
            "clip_qkv",
            "logit_scale",
            "logits_scaling",
            "final_logit_softcapping",
            "attn_logit_softcapping",
            "attention_multiplier",
            "embedding_multiplier",
            "residual_multiplier",
            "query_pre_attn_scalar");

    private LlamaShape() {}

    /** Refuses whatever changes numbers and is not computed. */
    static void refuseOthers(ModelConfig config) {
        config.onlyIfPresent("hidden_act", "silu");
        for (String field : List.of("use_sliding_window", "use_mrope", "mlp_bias", "scale_emb", "no_rope_layers")) {
            config.onlyIfPresent(field, false);
        }
        for (JsonNode layer : config.list("layer_types")) {
            config.require("layer_types", "full_attention".equals(layer.asText()), "full_attention in every layer");
        }
        SCALINGS.forEach(config::absent);
        config.notQuantized();
    }

    /** Heads of attention without biases and norms. */
    static Transformer.Heads heads(ModelConfig config, double theta) {
        int heads = config.positive("num_attention_heads");
        return Transformer.Heads.plain(
                heads,
                config.divisor("num_key_value_heads", heads),
                config.headSize("hidden_size", "num_attention_heads"),
                RotarySettings.theta(config, theta));
    }

    /**
     * A dense network.
     *
     * @param config sizes
     * @param heads with what the family has of its own
     * @param attention which positions see which
     * @param shifted whether logits are for the next position
     */
    static Transformer dense(ModelConfig config, Transformer.Heads heads, AttentionRule attention, boolean shifted) {
        refuseOthers(config);
        int layers = config.blocks("num_hidden_layers");
        return new Transformer(
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                layers,
                config.positive("max_position_embeddings"),
                config.flag("tie_word_embeddings", false),
                config.positiveNumber("rms_norm_eps", 1e-6),
                heads,
                config.positive("intermediate_size"),
                Transformer.Experts.none(layers),
                attention,
                shifted,
                TensorNames.llama());
    }
}
