package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code SDARForCausalLM}: SDAR, a Qwen3 that sees both ways inside short blocks. */
public final class SdarFamily implements TransformerFamily {

    /** Block length of the published models. */
    private static final int BLOCK_LENGTH = 4;

    @Override
    public String modelType() {
        return "sdar";
    }

    @Override
    public List<String> architectures() {
        return List.of("SDARForCausalLM");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        boolean biased = config.flag("attention_bias", false);
        Transformer.Heads heads =
                LlamaShape.heads(config, 10_000).biased(biased, biased).normed(true);
        AttentionRule blocks = AttentionRule.blocksOfText(config.positive("block_size", BLOCK_LENGTH));
        return LlamaShape.dense(config, heads, blocks, false);
    }
}
