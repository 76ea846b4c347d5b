package io.maskflow.decoder.backbone;

/**
 * Which positions of a text see which: what a base model was trained with. Decoders take it from the model.
 *
 * @param blockLength 0: every position sees every other; otherwise a position sees those of its own block and of earlier
 *     ones
 * @param origin where blocks are counted from; of no meaning with full attention
 */
public record AttentionRule(int blockLength, Origin origin) {

    /** Where blocks are counted from. */
    public enum Origin {
        /** The first token of the text: the block in which the prompt ends goes on with the response. */
        TEXT,
        /**
         * The first position of the response, backwards for the prompt: where a prompt is padded on the left to whole blocks
         * (dllm's block diffusion).
         */
        RESPONSE
    }

    /** Every position sees every other. */
    public static final AttentionRule FULL = new AttentionRule(0, Origin.TEXT);

    /** Refuses a negative length. */
    public AttentionRule {
        if (blockLength < 0) {
            throw new IllegalArgumentException("blockLength must be at least 0 (full attention), was " + blockLength);
        }
    }

    /** Blocks counted from the first token of the text. */
    public static AttentionRule blocksOfText(int length) {
        return new AttentionRule(length, Origin.TEXT);
    }

    /** Blocks counted from the first position of the response. */
    public static AttentionRule blocksOfResponse(int length) {
        return new AttentionRule(length, Origin.RESPONSE);
    }

    /**
     * What is added to a position of a text before it is divided by the block length.
     *
     * @param promptLength tokens before the response
     */
    public int offset(int promptLength) {
        return origin == Origin.RESPONSE && !isFull() ? Math.floorMod(-promptLength, blockLength) : 0;
    }

    /**
     * The block of a position; with full attention there is one.
     *
     * @param position of the text, from 0
     * @param promptLength tokens before the response
     */
    public int block(int position, int promptLength) {
        return isFull() ? 0 : Math.floorDiv(position + offset(promptLength), blockLength);
    }

    /** Whether every position sees every other. */
    public boolean isFull() {
        return blockLength == 0;
    }

    @Override
    public String toString() {
        if (isFull()) {
            return "full";
        }
        String from = origin == Origin.TEXT ? "the first token" : "the start of the response";
        return "block-causal, blocks of " + blockLength + " counted from " + from;
    }
}
