package io.maskflow.decoder.backbone.llada2;

import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.RotarySettings;
import io.maskflow.decoder.backbone.WeightList;

/**
 * The {@code config.json} of a LLaDA2 model, as far as the network depends on it.
 *
 * @param width {@code hidden_size}, E; need not be heads times their size
 * @param vocabulary {@code vocab_size}, V
 * @param layers {@code num_hidden_layers}
 * @param heads {@code num_attention_heads}, H
 * @param keyValueHeads {@code num_key_value_heads}, divides H
 * @param headSize {@code head_dim}, D
 * @param rotarySize channels of a head that are rotated: {@code head_dim * partial_rotary_factor}
 * @param headNorms {@code use_qk_norm}
 * @param tied {@code tie_word_embeddings}
 * @param denseLayers {@code first_k_dense_replace}: so many first blocks have no experts
 * @param denseWidth {@code intermediate_size}: inner width of those
 * @param experts {@code num_experts}
 * @param expertWidth {@code moe_intermediate_size}
 * @param expertsPerToken {@code num_experts_per_tok}
 * @param groups {@code n_group}
 * @param keptGroups {@code topk_group}
 * @param expertBias {@code moe_router_enable_expert_bias}
 * @param sharedWidth inner width of the shared experts together; 0 for none
 * @param routedScale {@code routed_scaling_factor}
 */
record Llada2Config(
        int width,
        int vocabulary,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int rotarySize,
        boolean headNorms,
        boolean tied,
        int denseLayers,
        int denseWidth,
        int experts,
        int expertWidth,
        int expertsPerToken,
        int groups,
        int keptGroups,
        boolean expertBias,
        int sharedWidth,
        double routedScale) {

    private static final int MOST_EXPERTS = 4096;
    private static final int MOST_EXPERTS_IN_ALL = 200_000;

    /**
     * Reads and checks a configuration.
     *
     * @throws io.maskflow.decoder.tensor.CheckpointException naming the field, its value and what is accepted
     */
    static Llada2Config of(ModelConfig config) {
        config.onlyIfPresent("hidden_act", "silu");
        config.onlyIfPresent("score_function", "sigmoid");
        config.onlyIfPresent("use_rmsnorm", true);
        config.onlyIfPresent("norm_topk_prob", true);
        for (String field :
                new String[] {"use_bias", "use_qkv_bias", "norm_head", "norm_softmax", "use_sliding_window"}) {
            config.onlyIfPresent(field, false);
        }
        config.notQuantized();
        int heads = config.positive("num_attention_heads");
        int headSize = config.headSize("hidden_size", "num_attention_heads");
        int experts = config.positive("num_experts");
        int groups = config.positive("n_group", 1);
        int keptGroups = config.positive("topk_group", groups);
        int perToken = config.positive("num_experts_per_tok");
        config.require("n_group", experts % groups == 0, "a divisor of num_experts (" + experts + ")");
        config.require("topk_group", keptGroups <= groups, "at most n_group (" + groups + ")");
        config.require(
                "n_group",
                keptGroups == groups || experts / groups >= 2,
                "at most half of num_experts (" + experts + "): a group is judged by its two best experts");
        int reachable = experts / groups * keptGroups;
        config.require(
                "num_experts_per_tok",
                perToken <= reachable,
                "at most " + reachable + ", the experts of topk_group groups");
        int expertWidth = config.positive("moe_intermediate_size");
        int shared = config.notNegative("num_shared_experts", 0);
        config.require("num_experts", experts <= MOST_EXPERTS, "at most " + MOST_EXPERTS);
        config.require(
                "num_shared_experts",
                (long) shared * expertWidth <= Integer.MAX_VALUE,
                "at most " + Integer.MAX_VALUE / expertWidth);
        int layers = config.blocks("num_hidden_layers");
        config.require(
                "num_hidden_layers",
                (long) layers * experts <= MOST_EXPERTS_IN_ALL,
                "at most " + MOST_EXPERTS_IN_ALL / experts + " with " + experts + " experts each");
        return new Llada2Config(
                config.positive("hidden_size"),
                config.positive("vocab_size"),
                layers,
                heads,
                config.divisor("num_key_value_heads", heads),
                headSize,
                rotarySize(config, headSize),
                config.flag("use_qk_norm", true),
                config.flag("tie_word_embeddings", false),
                Math.min(layers, config.notNegative("first_k_dense_replace", 0)),
                config.positive("intermediate_size"),
                experts,
                expertWidth,
                perToken,
                groups,
                keptGroups,
                config.flag("moe_router_enable_expert_bias", true),
                shared == 0 ? 0 : config.positive("moe_shared_expert_intermediate_size", shared * expertWidth),
                config.positiveNumber("routed_scaling_factor", 1.0));
    }

    private static int rotarySize(ModelConfig config, int headSize) {
        int said = config.positive("rotary_dim", headSize);
        double factor = RotarySettings.of(config, 1).partialFactor().orElse(said / (double) headSize);
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

    /** Tensors of a block before its feed-forward part. */
    int attentionTensors() {
        return headNorms ? 6 : 4;
    }

    /** Tensors of the feed-forward part of a block with experts. */
    int sparseTensors() {
        return 1 + (expertBias ? 1 : 0) + (sharedWidth > 0 ? 3 : 0) + 3 * experts;
    }

    /** Names and shapes, in the order that the text describes. */
    WeightList weights() {
        WeightList weights = new WeightList();
        weights.addVocabulary("model.word_embeddings.weight", vocabulary, width);
        weights.add("model.norm.weight", width);
        weights.addHead("lm_head.weight", tied, vocabulary, width);
        for (int n = 0; n < layers; n++) {
            String layer = "model.layers." + n + ".";
            long q = (long) heads * headSize;
            weights.add(layer + "input_layernorm.weight", width);
            weights.add(layer + "attention.query_key_value.weight", q + 2L * keyValueHeads * headSize, width);
            if (headNorms) {
                weights.add(layer + "attention.query_layernorm.weight", headSize);
                weights.add(layer + "attention.key_layernorm.weight", headSize);
            }
            weights.add(layer + "attention.dense.weight", width, q);
            weights.add(layer + "post_attention_layernorm.weight", width);
            if (n < denseLayers) {
                feedForward(weights, layer + "mlp.", denseWidth);
            } else {
                sparse(weights, layer + "mlp.");
            }
        }
        return weights;
    }

    private void sparse(WeightList weights, String mlp) {
        weights.addExact(mlp + "gate.weight", experts, width);
        if (expertBias) {
            weights.add(mlp + "gate.expert_bias", experts);
        }
        if (sharedWidth > 0) {
            feedForward(weights, mlp + "shared_experts.", sharedWidth);
        }
        for (int e = 0; e < experts; e++) {
            feedForward(weights, mlp + "experts." + e + ".", expertWidth);
        }
    }

    private void feedForward(WeightList weights, String prefix, long inner) {
        weights.add(prefix + "gate_proj.weight", inner, width);
        weights.add(prefix + "up_proj.weight", inner, width);
        weights.add(prefix + "down_proj.weight", width, inner);
    }
}
