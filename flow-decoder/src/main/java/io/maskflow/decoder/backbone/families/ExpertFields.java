package io.maskflow.decoder.backbone.families;

import io.maskflow.decoder.backbone.network.ModelConfig;
import io.maskflow.decoder.backbone.network.RotarySettings;
import io.maskflow.decoder.backbone.network.Transformer.Experts;

/** What configurations say of mixtures of experts, and of heads that are rotated in part. */
final class ExpertFields {

    private static final int MOST_EXPERTS = 4096;
    private static final int MOST_EXPERTS_IN_ALL = 200_000;

    private ExpertFields() {}

    /** Sigmoid routing limited to groups (LLaDA2); {@code blocks} as in {@link Experts#blocks()}. */
    static Experts grouped(ModelConfig config, String blocks) {
        int experts = count(config, blocks);
        int groups = config.positive("n_group", 1);
        int kept = config.positive("topk_group", groups);
        config.require("n_group", experts % groups == 0, "a divisor of num_experts (" + experts + ")");
        config.require("topk_group", kept <= groups, "at most n_group (" + groups + ")");
        config.require(
                "n_group",
                kept == groups || experts / groups >= 2,
                "at most half of num_experts (" + experts + "): a group is judged by its two best experts");
        int width = config.positive("moe_intermediate_size");
        int shared = config.notNegative("num_shared_experts", 0);
        config.require(
                "num_shared_experts",
                (long) shared * width <= Integer.MAX_VALUE,
                "at most " + Integer.MAX_VALUE / width);
        return new Experts(
                blocks,
                experts,
                width,
                perToken(config, experts / groups * kept),
                shared == 0 ? 0 : config.positive("moe_shared_expert_intermediate_size", shared * width),
                false,
                groups,
                kept,
                config.flag("moe_router_enable_expert_bias", true),
                true,
                config.positiveNumber("routed_scaling_factor", 1.0));
    }

    /** Softmax over all experts, whose values are the weights as they are (LLaDA-MoE). */
    static Experts plain(ModelConfig config, String blocks) {
        int experts = count(config, blocks);
        int width = config.positive("expert_intermediate_size");
        return new Experts(blocks, experts, width, perToken(config, experts), 0, true, 1, 1, false, false, 1);
    }

    private static int count(ModelConfig config, String blocks) {
        int experts = config.positive("num_experts");
        config.require("num_experts", experts <= MOST_EXPERTS, "at most " + MOST_EXPERTS);
        config.require(
                "num_hidden_layers",
                (long) blocks.length() * experts <= MOST_EXPERTS_IN_ALL,
                "at most " + MOST_EXPERTS_IN_ALL / experts + " with " + experts + " experts each");
        return experts;
    }

    private static int perToken(ModelConfig config, int reachable) {
        int perToken = config.positive("num_experts_per_tok");
        config.require(
                "num_experts_per_tok",
                perToken <= reachable,
                "at most " + reachable + ", the experts that can be chosen");
        return perToken;
    }

    /** Channels of a head that are rotated. */
    static int rotated(ModelConfig config, RotarySettings rotary, int headSize) {
        int said = config.positive("rotary_dim", headSize);
        double factor = rotary.partialFactor().orElse(said / (double) headSize);
        int size = (int) (headSize * factor);
        config.require(
                "partial_rotary_factor",
                factor <= 1 && size >= 2 && size % 2 == 0,
                "at most 1, with an even number of rotated channels of head_dim (" + headSize + ")");
        config.require(
                "rotary_dim",
                config.isAbsent("rotary_dim") || said == size,
                size + ", which is head_dim * partial_rotary_factor");
        return size;
    }
}
