package io.maskflow.decoder.backbone.dream;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ModelFamily;
import io.maskflow.decoder.backbone.RotarySettings;
import io.maskflow.decoder.backbone.ScriptNetwork.Design;
import io.maskflow.decoder.backbone.WeightList;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.Map;

/** {@code model_type: Dream}: Dream-7B, Dream-Coder and their kin, a Qwen2 that sees both ways. */
public final class DreamFamily implements ModelFamily {

    /** For the service loader. */
    public DreamFamily() {}

    @Override
    public String modelType() {
        return "Dream";
    }

    @Override
    public String architecture() {
        return "DreamModel";
    }

    @Override
    public BackboneInfo describe(String name, ModelConfig config) {
        int vocabulary = config.positive("vocab_size");
        return new BackboneInfo(
                name,
                modelType(),
                vocabulary,
                config.positive("hidden_size"),
                config.tokenId("mask_token_id", vocabulary, "<|mask|>"),
                config.ids("eos_token_id", vocabulary),
                config.id("pad_token_id", vocabulary, config.firstId("eos_token_id", vocabulary)),
                config.positive("max_position_embeddings"),
                true,
                0);
    }

    @Override
    public Design design(ModelConfig config) {
        config.onlyIfPresent("hidden_act", "silu");
        config.onlyIfPresent("use_sliding_window", false);
        config.onlyIfPresent("use_mrope", false);
        config.notQuantized();
        int heads = config.positive("num_attention_heads");
        int keyHeads = config.divisor("num_key_value_heads", heads);
        int headSize = config.headSize("hidden_size", "num_attention_heads");
        return new Design(
                DreamFamily.class,
                "dream.torchscript",
                config.blocks("num_hidden_layers"),
                config.positiveNumber("rms_norm_eps", 1e-6),
                Map.of("head_size", headSize),
                weights(config, (long) heads * headSize, (long) keyHeads * headSize),
                RotarySettings.theta(config, 10_000),
                headSize);
    }

    @Override
    public MaskedNetwork reference(NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint) {
        return new DreamEagerNetwork(manager, design(config), info, checkpoint);
    }

    private static WeightList weights(ModelConfig config, long queries, long keys) {
        long e = config.positive("hidden_size");
        long v = config.positive("vocab_size");
        long f = config.positive("intermediate_size");
        WeightList weights = new WeightList();
        weights.addVocabulary("model.embed_tokens.weight", v, e);
        weights.add("model.norm.weight", e);
        weights.addHead("lm_head.weight", config.flag("tie_word_embeddings", false), v, e);
        for (int n = 0; n < config.blocks("num_hidden_layers"); n++) {
            String layer = "model.layers." + n + ".";
            weights.add(layer + "input_layernorm.weight", e);
            weights.add(layer + "self_attn.q_proj.weight", queries, e);
            weights.add(layer + "self_attn.q_proj.bias", queries);
            weights.add(layer + "self_attn.k_proj.weight", keys, e);
            weights.add(layer + "self_attn.k_proj.bias", keys);
            weights.add(layer + "self_attn.v_proj.weight", keys, e);
            weights.add(layer + "self_attn.v_proj.bias", keys);
            weights.add(layer + "self_attn.o_proj.weight", e, queries);
            weights.add(layer + "post_attention_layernorm.weight", e);
            weights.add(layer + "mlp.gate_proj.weight", f, e);
            weights.add(layer + "mlp.up_proj.weight", f, e);
            weights.add(layer + "mlp.down_proj.weight", e, f);
        }
        return weights;
    }
}
