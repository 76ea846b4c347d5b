package io.maskflow.decoder.backbone.llada;

import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.RotarySettings;

/**
 * The {@code config.json} of a LLaDA model, as far as the network depends on it. Everything that the network does not
 * implement is refused by the name of its field.
 *
 * @param width {@code d_model}, E
 * @param layers {@code n_layers}
 * @param heads {@code n_heads}, H
 * @param keyValueHeads {@code n_kv_heads}, divides H
 * @param innerWidth {@code mlp_hidden_size}, F
 * @param embeddingSize {@code embedding_size}, rows of embedding and head, at least {@code vocab_size}
 * @param tied {@code weight_tying}: the embedding is the head
 * @param normEpsilon {@code rms_norm_eps}
 * @param ropeTheta {@code rope_theta}
 * @param maxLength {@code max_sequence_length}
 * @param maskId {@code mask_token_id}
 * @param endId {@code eos_token_id}
 * @param padId {@code pad_token_id}
 */
public record LladaConfig(
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int innerWidth,
        int embeddingSize,
        boolean tied,
        double normEpsilon,
        double ropeTheta,
        int maxLength,
        int maskId,
        int endId,
        int padId) {

    /** {@code D = E / H}. */
    public int headSize() {
        return width / heads;
    }

    /**
     * Reads and checks a configuration.
     *
     * @param config the file
     * @return the fields that matter
     * @throws io.maskflow.decoder.tensor.CheckpointException naming the field, its value and what is accepted
     */
    public static LladaConfig of(ModelConfig config) {
        config.only("block_type", "llama");
        config.only("layer_norm_type", "rms");
        config.only("activation_type", "silu");
        config.only("rope", true);
        for (String field : new String[] {
            "alibi",
            "include_bias",
            "include_qkv_bias",
            "bias_for_layer_norm",
            "attention_layer_norm",
            "input_emb_norm",
            "scale_logits",
            "multi_query_attention"
        }) {
            config.onlyIfPresent(field, false);
        }
        config.onlyIfPresent("rope_full_precision", true);
        config.onlyIfPresent("layer_norm_with_affine", true);
        config.onlyIfPresent("block_group_size", 1);
        config.absent("clip_qkv");
        config.notQuantized();

        int width = config.positive("d_model");
        int heads = config.positive("n_heads");
        int keyValueHeads = config.positive("n_kv_heads", heads);
        int vocabulary = config.positive("vocab_size");
        int embedding = config.positive("embedding_size", vocabulary);
        config.require("d_model", width % (2L * heads) == 0, "a multiple of twice n_heads (" + heads + ")");
        config.require("n_kv_heads", heads % keyValueHeads == 0, "a divisor of n_heads (" + heads + ")");
        config.require("embedding_size", embedding >= vocabulary, "at least vocab_size (" + vocabulary + ")");
        int end = config.id("eos_token_id", embedding);
        return new LladaConfig(
                width,
                config.blocks("n_layers"),
                heads,
                keyValueHeads,
                innerWidth(config, width),
                embedding,
                config.flag("weight_tying", true),
                config.positiveNumber("rms_norm_eps", 1e-5),
                RotarySettings.theta(config, 10000.0),
                config.positive("max_sequence_length"),
                config.id("mask_token_id", embedding),
                end,
                config.id("pad_token_id", embedding, end));
    }

    private static int innerWidth(ModelConfig config, int width) {
        long product = (long) config.positive("mlp_ratio", 4) * width;
        config.require("mlp_ratio", product <= Integer.MAX_VALUE, "at most " + Integer.MAX_VALUE / width);
        return config.positive("mlp_hidden_size", (int) product);
    }
}
