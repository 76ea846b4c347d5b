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
 * @param topIds whether they are wanted by name; else their probabilities alone leave the engine
 * @param expectationTemperature above 0: the expected embedding {@code sum_v softmax(z / temperature)_v E[v]} of every
 *     response position is kept inside the engine for the next {@link DecodingSession#blend}; 0: it is not computed
 * @param shaping how the token of each position is taken
 * @param draws {@code [rows * N]} uniform numbers in [0, 1) if the shaping draws; empty otherwise
 */
public record LogitRules(
        List<Integer> suppressed,
        List<Integer> suppressedInConfidence,
        float guidanceScale,
        int topK,
        boolean topIds,
        float expectationTemperature,
        Shaping shaping,
        float[] draws) {

    private static final float[] NO_DRAWS = {};

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

    /** The most probable token of the plain distribution, without an expected embedding. */
    public LogitRules(List<Integer> suppressed, List<Integer> suppressedInConfidence, float guidanceScale, int topK) {
        this(suppressed, suppressedInConfidence, guidanceScale, topK, true, 0f, Shaping.NONE, NO_DRAWS);
    }

    /** The same with at least so many of the most probable tokens. */
    public LogitRules withTopK(int atLeast) {
        int k = Math.max(topK, atLeast);
        return new LogitRules(
                suppressed, suppressedInConfidence, guidanceScale, k, topIds, expectationTemperature, shaping, draws);
    }

    /** The same without the names of the most probable tokens: 4 bytes less for each of them. */
    public LogitRules withoutTopIds() {
        return new LogitRules(
                suppressed, suppressedInConfidence, guidanceScale, topK, false, expectationTemperature, shaping, draws);
    }

    /** The same with the expected embedding at this temperature. */
    public LogitRules withExpectation(float temperature) {
        return new LogitRules(
                suppressed, suppressedInConfidence, guidanceScale, topK, topIds, temperature, shaping, draws);
    }

    /** Nothing suppressed, no guidance. */
    public static LogitRules plain(int topK) {
        return new LogitRules(List.of(), List.of(), 0f, topK);
    }

    /** One id taken out before everything. */
    public static LogitRules without(int id, int topK) {
        return new LogitRules(List.of(id), List.of(), 0f, topK);
    }

    /** The same with the token taken from a shaped distribution. */
    public LogitRules withShaping(Shaping other) {
        return new LogitRules(
                suppressed, suppressedInConfidence, guidanceScale, topK, topIds, expectationTemperature, other, draws);
    }

    /** The same with the uniform numbers of one model call, {@code [rows * N]}. */
    public LogitRules withDraws(float[] uniform) {
        return new LogitRules(
                suppressed,
                suppressedInConfidence,
                guidanceScale,
                topK,
                topIds,
                expectationTemperature,
                shaping,
                uniform);
    }
}
