package io.maskflow.decoder.backbone.network;

import java.util.List;

/**
 * What the tensors of a transformer are called in checkpoints. Names of a block are behind {@link #block}; a matrix of a
 * projection is {@code NAME.weight}, its bias {@code NAME.bias}.
 *
 * @param embedding {@code [V, E]}
 * @param lastNorm {@code [E]}
 * @param head {@code [V, E]}
 * @param blocks before the number of a block
 * @param norm before attention, {@code [E]}
 * @param projections queries, keys, values; or one name if they share a matrix
 * @param queryNorm {@code [D]}
 * @param keyNorm {@code [D]}
 * @param output of attention
 * @param secondNorm before the feed-forward, {@code [E]}
 * @param feedForward prefix of gate, up and down
 * @param gate {@code [F, E]}
 * @param up {@code [F, E]}
 * @param down {@code [E, F]}
 */
public record TensorNames(
        String embedding,
        String lastNorm,
        String head,
        String blocks,
        String norm,
        List<String> projections,
        String queryNorm,
        String keyNorm,
        String output,
        String secondNorm,
        String feedForward,
        String gate,
        String up,
        String down) {

    private static final String LLADA = "model.transformer.";

    /** As Llama, Qwen and their kin name them. */
    public static TensorNames llama() {
        return new TensorNames(
                "model.embed_tokens.weight",
                "model.norm.weight",
                "lm_head.weight",
                "model.layers.",
                "input_layernorm.weight",
                List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
                "self_attn.q_norm.weight",
                "self_attn.k_norm.weight",
                "self_attn.o_proj",
                "post_attention_layernorm.weight",
                "mlp.",
                "gate_proj.weight",
                "up_proj.weight",
                "down_proj.weight");
    }

    /** LLaDA-8B. */
    public static TensorNames llada() {
        return new TensorNames(
                LLADA + "wte.weight",
                LLADA + "ln_f.weight",
                LLADA + "ff_out.weight",
                LLADA + "blocks.",
                "attn_norm.weight",
                List.of("q_proj", "k_proj", "v_proj"),
                "q_norm.weight",
                "k_norm.weight",
                "attn_out",
                "ff_norm.weight",
                "",
                "ff_proj.weight",
                "up_proj.weight",
                "ff_out.weight");
    }

    /** LLaDA2: as Llama, but for the embedding and the attention layer. */
    public static TensorNames llada2() {
        TensorNames llama = llama();
        return new TensorNames(
                "model.word_embeddings.weight",
                llama.lastNorm,
                llama.head,
                llama.blocks,
                llama.norm,
                List.of("attention.query_key_value"),
                "attention.query_layernorm.weight",
                "attention.key_layernorm.weight",
                "attention.dense",
                llama.secondNorm,
                llama.feedForward,
                llama.gate,
                llama.up,
                llama.down);
    }

    /** Whether queries, keys and values share a matrix. */
    boolean isFused() {
        return projections.size() == 1;
    }

    /** What stands before the names of a block's tensors. */
    String block(int n) {
        return blocks + n + ".";
    }

    /** The router, {@code [X, E]}. */
    String router() {
        return feedForward + "gate.weight";
    }

    /** What is added to the router's scores, {@code [X]}. */
    String expertBias() {
        return feedForward + "gate.expert_bias";
    }

    /** What stands before the matrices of the shared experts. */
    String sharedExperts() {
        return feedForward + "shared_experts.";
    }

    /** What stands before the matrices of an expert. */
    String expert(int e) {
        return feedForward + "experts." + e + ".";
    }

    /** Names of matrices that write into the residual stream, as they end. */
    public List<String> residual() {
        return List.of("." + output + ".weight", "." + feedForward + down);
    }
}
