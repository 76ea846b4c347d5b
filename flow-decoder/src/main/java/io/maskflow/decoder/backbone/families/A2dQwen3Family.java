package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code A2DQwen3LMHeadModel}: Qwen3 made into a diffusion model by dllm. Nothing in a folder says whether it was trained in blocks
 * (bd3lm): then the block length is said where the folder is named. */
public final class A2dQwen3Family implements TransformerFamily {

    @Override
    public String modelType() {
        return "a2d-qwen3";
    }

    @Override
    public List<String> architectures() {
        return List.of("A2DQwen3LMHeadModel");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        boolean biased = config.flag("attention_bias", false);
        Transformer.Heads heads =
                LlamaShape.heads(config, 10_000).biased(biased, biased).normed(true);
        return LlamaShape.dense(config, heads, AttentionRule.FULL, false);
    }
}
