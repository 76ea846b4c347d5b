package io.maskflow.decoder.evotoken;

/**
 * The stage of a position; they follow each other in this order.
 *
 * @paper EVO Progressive Inference
 */
public enum TokenStage {
    /** {@code [MASK]}: the mask embedding. */
    MASK,
    /** {@code Soft([MASK] u V)}: the predicted tokens with a share of the mask embedding. */
    SOFT_WITH_MASK,
    /** {@code Soft(V)}: the predicted tokens. */
    SOFT,
    /** {@code [Decode]}: one token. */
    DECODED
}
