package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.RotarySettings;
import io.maskflow.decoder.backbone.network.TensorNames;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code LLaDA2MoeModelLM}: LLaDA2.0-mini, LLaDA2.1 and their kin, experts in groups and attention in blocks. */
public final class Llada2Family implements TransformerFamily {

    /** Block length that the published samplers use; configurations do not hold it. */
    private static final int BLOCK_LENGTH = 32;

    @Override
    public String modelType() {
        return "llada2_moe";
    }

    @Override
    public List<String> architectures() {
        return List.of("LLaDA2MoeModelLM");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        LlamaShape.refuseOthers(config);
        config.onlyIfPresent("score_function", "sigmoid");
        config.onlyIfPresent("use_rmsnorm", true);
        config.onlyIfPresent("norm_topk_prob", true);
        for (String field : List.of("use_bias", "use_qkv_bias", "norm_head", "norm_softmax")) {
            config.onlyIfPresent(field, false);
        }
        int layers = config.blocks("num_hidden_layers");
        int heads = config.positive("num_attention_heads");
        int size = config.headSize("hidden_size", "num_attention_heads");
        RotarySettings rotary = RotarySettings.of(config, 10_000);
        int dense = Math.min(layers, config.notNegative("first_k_dense_replace", 0));
        return new Transformer(
                config.positive("vocab_size"),
                config.positive("hidden_size"),
                layers,
                config.positive("max_position_embeddings"),
                config.flag("tie_word_embeddings", false),
                config.positiveNumber("rms_norm_eps", 1e-6),
                new Transformer.Heads(
                        heads,
                        config.divisor("num_key_value_heads", heads),
                        size,
                        ExpertFields.rotated(config, rotary, size),
                        rotary.theta(),
                        false,
                        false,
                        config.flag("use_qk_norm", true)),
                config.positive("intermediate_size"),
                ExpertFields.grouped(config, "d".repeat(dense) + "e".repeat(layers - dense)),
                AttentionRule.blocksOfText(BLOCK_LENGTH),
                false,
                TensorNames.llada2());
    }
}
