package io.maskflow.decoder.backbone.families;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.TensorNames;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code LLaDAMoEModelLM}: LLaDA-MoE-7B-A1B. Its {@code model_type} is LLaDA's, so the architecture alone tells it apart. */
public final class LladaMoeFamily implements TransformerFamily {

    @Override
    public String modelType() {
        return "llada_moe";
    }

    @Override
    public List<String> architectures() {
        return List.of("LLaDAMoEModelLM", "LLaDAMoEModel");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        LlamaShape.refuseOthers(config);
        config.onlyIfPresent("attention_bias", false);
        config.onlyIfPresent("moe_router_score_function", "softmax");
        config.onlyIfPresent("moe_router_enable_expert_bias", false);
        config.require("routed_scaling_factor", config.number("routed_scaling_factor", 1) == 1, "1");
        config.absent("shared_expert_intermediate_size");
        for (String field : List.of("router_num_group", "router_topk_group")) {
            config.require(field, config.number(field, 0) <= 1, "absent or without groups");
        }
        int layers = config.blocks("num_hidden_layers");
        String blocks = blocks(config, layers);
        return new Transformer(
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                layers,
                config.positive("max_position_embeddings"),
                config.flag("tie_word_embeddings", false),
                config.positiveNumber("rms_norm_eps", 1e-5),
                LlamaShape.heads(config, 10_000).normed(config.flag("qk_layernorm", false)),
                blocks.contains("d") ? config.positive("dense_intermediate_size") : 0,
                ExpertFields.plain(config, blocks),
                AttentionRule.FULL,
                false,
                TensorNames.llama());
    }

    private static String blocks(ModelConfig config, int layers) {
        StringBuilder blocks = new StringBuilder();
        for (JsonNode layer : config.list("moe_layer_freq")) {
            blocks.append(layer.asInt() == 1 ? 'e' : 'd');
        }
        config.require(
                "moe_layer_freq",
                blocks.length() == 0 || blocks.length() == layers,
                "absent or a list of a 0 or 1 for each of num_hidden_layers (" + layers + ")");
        return blocks.length() == 0 ? "e".repeat(layers) : blocks.toString();
    }
}
