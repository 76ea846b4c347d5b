package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.TransformerFamily;
import java.util.List;

/** {@code StableDiffcoderForCausalLM}: Stable-DiffCoder, a Seed-Coder (Llama-shaped) that sees both ways inside short blocks. */
public final class StableDiffcoderFamily implements TransformerFamily {

    /** Block length of the published sampler; configurations do not hold it. */
    private static final int BLOCK_LENGTH = 4;

    @Override
    public String modelType() {
        return "stable_diffcoder";
    }

    @Override
    public List<String> architectures() {
        return List.of("StableDiffcoderForCausalLM");
    }

    @Override
    public Transformer transformer(ModelConfig config) {
        boolean biased = config.flag("attention_bias", false);
        Transformer.Heads heads = LlamaShape.heads(config, 10_000).biased(biased, biased);
        AttentionRule blocks = AttentionRule.blocksOfText(config.positive("block_size", BLOCK_LENGTH));
        return LlamaShape.dense(config, heads, blocks, false);
    }
}
