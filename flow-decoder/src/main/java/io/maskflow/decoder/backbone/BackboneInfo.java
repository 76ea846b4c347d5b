package io.maskflow.decoder.backbone;

import java.util.Set;

/**
 * What a decoder must know of a base model.
 *
 * @param name model folder or built-in name, for messages
 * @param family {@code model_type} of its config: {@code llada}, {@code Dream}, {@code llada2_moe}, {@code mdlm}
 * @param vocabularySize rows of the output layer
 * @param embeddingSize {@code E}, width of the input embedding
 * @param maskId the mask token
 * @param endIds tokens that end a text; the text is cut at the first one
 * @param padId padding token
 * @param maxLength longest prompt + response the model can take
 * @param logitsPredictNext true for Dream: logits of position {@code i} are for position {@code i + 1}
 * @param blockCausalLength 0: attention is full; otherwise the block length of a block-causal mask (LLaDA2)
 */
public record BackboneInfo(
        String name,
        String family,
        int vocabularySize,
        int embeddingSize,
        int maskId,
        Set<Integer> endIds,
        int padId,
        int maxLength,
        boolean logitsPredictNext,
        int blockCausalLength) {

    /**
     * Refuses an answer that does not fit behind a prompt.
     *
     * @param promptLength tokens of the prompt
     * @param responseLength positions of the answer
     * @throws IllegalArgumentException naming both and the limit
     */
    public void requireRoom(int promptLength, int responseLength) {
        if (promptLength + responseLength > maxLength) {
            throw new IllegalArgumentException("a prompt of " + promptLength + " tokens and a response of "
                    + responseLength + " exceed the " + maxLength + " positions of " + name);
        }
    }
}
