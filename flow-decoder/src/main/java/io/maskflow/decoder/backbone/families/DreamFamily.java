package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code DreamModel}: Dream-7B, Dream-Coder and their kin, a Qwen2 that sees both ways. */
public final class DreamFamily implements TransformerFamily {

    @Override
    public String modelType() {
        return "Dream";
    }

    @Override
    public List<String> architectures() {
        return List.of("DreamModel");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        Transformer.Heads heads = LlamaShape.heads(config, 10_000).biased(true, false);
        return LlamaShape.dense(config, heads, AttentionRule.FULL, true);
    }
}
