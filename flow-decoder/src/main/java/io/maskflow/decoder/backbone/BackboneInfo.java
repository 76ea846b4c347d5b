package io.maskflow.decoder.backbone;

import java.util.Set;

/**
 * What a decoder must know of a base model.
 *
 * @param name model folder or built-in name, for messages
 * @param family what the family's configurations call themselves, such as {@code llada} or {@code a2d-qwen3}
 * @param vocabularySize rows of the output layer
 * @param embeddingSize {@code E}, width of the input embedding
 * @param maskId the mask token
 * @param endId what ends a text: fills the rest of an answer that is trained on
 * @param endIds tokens that end a text or a turn, {@code endId} among them; the text is cut at the first one
 * @param padId padding token
 * @param maxLength longest prompt + response the model can take
 * @param logitsPredictNext whether logits of position {@code i} are for position {@code i + 1} (Dream, Open-dCoder)
 * @param attention which positions see which
 */
public record BackboneInfo(
        String name,
        String family,
        int vocabularySize,
        int embeddingSize,
        int maskId,
        int endId,
        Set<Integer> endIds,
        int padId,
        int maxLength,
        boolean logitsPredictNext,
        AttentionRule attention) {

    /** Copies the set. */
    public BackboneInfo {
        endIds = Set.copyOf(endIds);
    }

    /** The same model with another rule. */
    public BackboneInfo withAttention(AttentionRule rule) {
        return new BackboneInfo(
                name,
                family,
                vocabularySize,
                embeddingSize,
                maskId,
                endId,
                endIds,
                padId,
                maxLength,
                logitsPredictNext,
                rule);
    }

    /**
     * Refuses this model for a decoder that feeds whole texts.
     *
     * @param decoder its name in settings
     * @throws IllegalArgumentException naming decoder, model and rule
     */
    public void requireFullAttention(String decoder) {
        if (!attention.isFull()) {
            throw new IllegalArgumentException(decoder + " needs a model with full attention; the attention of " + name
                    + " is " + attention + ": choose flow, or the sampler that was published with the model");
        }
    }

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
