package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code A2DQwen2LMHeadModel}: Qwen2 and Qwen2.5 made into diffusion models by dllm. */
public final class A2dQwen2Family implements TransformerFamily {

    @Override
    public String modelType() {
        return "a2d-qwen2";
    }

    @Override
    public List<String> architectures() {
        return List.of("A2DQwen2LMHeadModel");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        Transformer.Heads heads = LlamaShape.heads(config, 10_000).biased(true, false);
        return LlamaShape.dense(config, heads, AttentionRule.FULL, false);
    }
}
