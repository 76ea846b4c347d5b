package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code Qwen2ForCausalLM} with a mask token: Open-dCoder, a Qwen2.5-Coder that sees both ways and predicts the next position. */
public final class OpenDcoderFamily implements TransformerFamily {

    @Override
    public String modelType() {
        return "qwen2";
    }

    @Override
    public List<String> architectures() {
        return List.of("Qwen2ForCausalLM");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        Transformer.Heads heads = LlamaShape.heads(config, 10_000).biased(true, false);
        return LlamaShape.dense(config, heads, AttentionRule.FULL, true);
    }
}
