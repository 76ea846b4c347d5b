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
 * @param expectationTemperature above 0: the expected embedding {@code sum_v softmax(z / temperature)_v E[v]} of every
 *     response position is kept inside the engine for the next {@link DecodingSession#blend}; 0: it is not computed
 */
public record LogitRules(
        List<Integer> suppressed,
        List<Integer> suppressedInConfidence,
        float guidanceScale,
        int topK,
        float expectationTemperature) {

    /** Copies the lists and checks the numbers. */
    public LogitRules {
        suppressed = List.copyOf(suppressed);
        suppressedInConfidence = List.copyOf(suppressedInConfidence);
        if (topK < 1) {
            throw new IllegalArgumentException("topK must be at least 1, was " + topK);
        }
        if (!(expectationTemperature >= 0 && expectationTemperature < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "expectationTemperature must be at least 0, 0 for none, was " + expectationTemperature);
        }
    }

    /** Without an expected embedding. */
    public LogitRules(
            List<Integer> suppressed, List<Integer> suppressedInConfidence, float guidanceScale, int topK) {
        this(suppressed, suppressedInConfidence, guidanceScale, topK, 0f);
    }

    /** The same with at least so many of the most probable tokens. */
    public LogitRules withTopK(int atLeast) {
        return new LogitRules(
                suppressed,
                suppressedInConfidence,
                guidanceScale,
                Math.max(topK, atLeast),
                expectationTemperature);
    }

    /** The same with the expected embedding at this temperature. */
    public LogitRules withExpectation(float temperature) {
        return new LogitRules(suppressed, suppressedInConfidence, guidanceScale, topK, temperature);
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
