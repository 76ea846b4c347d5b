package io.maskflow.decoder.backbone;

import java.util.List;

/**
 * What is done to the logits inside the engine before statistics are taken.
 *
 * @param suppressed ids whose logit is {@code -inf} before everything (flow: the mask token)
 * @param suppressedInConfidence ids whose logit is {@code -inf} after the argmax was taken and before the softmax
 *     (LLaDA's {@code confidence_eos_eot_inf} as published)
 * @param guidanceScale classifier-free guidance: {@code un + (s + 1)(cond - un)}, the unconditional call sees the prompt
 *     masked; 0 for none
 * @param topK how many of the most probable tokens are wanted, at least 1
 */
public record LogitRules(
        List<Integer> suppressed, List<Integer> suppressedInConfidence, float guidanceScale, int topK) {

    /** Copies the lists and checks {@code topK}. */
    public LogitRules {
        suppressed = List.copyOf(suppressed);
        suppressedInConfidence = List.copyOf(suppressedInConfidence);
        if (topK < 1) {
            throw new IllegalArgumentException("topK must be at least 1, was " + topK);
        }
    }

    /** Nothing suppressed, no guidance. */
    public static LogitRules plain(int topK) {
        return new LogitRules(List.of(), List.of(), 0f, topK);
    }

    /** One id taken out before everything. */
    public static LogitRules without(int id, int topK) {
        return new LogitRules(List.of(id), List.of(), 0f, topK);
    }
}
