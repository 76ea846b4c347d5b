package io.maskflow.alignment.recipe;

/**
 * Whether the activations inside a transformer's blocks are kept for the backward pass, or only the residual stream
 * between the blocks, from which each block is computed a second time when its gradient is due. The gradients are the same;
 * a step costs one more forward pass of the blocks and needs the activations of one block in place of all.
 */
public enum CheckpointBlocks {
    /** Everything is kept. */
    NEVER,
    /** Every block is computed again. */
    ALWAYS,
    /** Computed again where the activations of a batch would need more than half of the memory that is free. */
    AUTO
}
