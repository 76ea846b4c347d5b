package io.maskflow.alignment.recipe;

import java.util.List;

/**
 * Low-rank adapters in place of full-parameter training.
 *
 * @param type which kind, or none
 * @param rank {@code r}, at least 1
 * @param alpha the change is scaled by {@code alpha / r}, above 0
 * @param targets linear layers by the end of their names ({@code q_proj}, {@code attn_out}, {@code mlp.down_proj}, ...);
 *     each must name at least one layer
 * @param merge whether the run also leaves the model with the adapters worked in
 */
public record AdapterConfig(Type type, int rank, double alpha, List<String> targets, boolean merge) {

    /** Which kind of adapter. */
    public enum Type {
        /** All weights are trained. */
        NONE,
        /** {@code W + (alpha / r) B A} (Hu et al. 2021). */
        LORA,
        /** LoRA with the length of every row as a weight of its own (Liu et al. 2024). */
        DORA
    }

    /** Checks the ranges. */
    public AdapterConfig {
        TrainingConfig.present("adapter.type", type);
        if (rank < 1) {
            throw new IllegalArgumentException("adapter.rank must be at least 1, was " + rank);
        }
        if (!(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("adapter.alpha must be above 0, was " + alpha);
        }
        targets = List.copyOf(targets);
        if (type != Type.NONE && targets.isEmpty()) {
            throw new IllegalArgumentException("adapter.targets must name at least one linear layer, was empty");
        }
    }

    /** None; rank and scale of SM appendix A.2 once a type is chosen, on the attention's inputs. */
    public static AdapterConfig defaults() {
        return new AdapterConfig(Type.NONE, 16, 16, List.of("q_proj", "k_proj", "v_proj"), true);
    }
}
