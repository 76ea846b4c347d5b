package io.maskflow.decoder.maskprediction;

/**
 * How mask prediction decodes.
 *
 * @param remasking which predictions are kept; default low_confidence
 * @param threshold 0 for a fixed number of positions per step; otherwise every position at least this probable is filled,
 *     and the most probable one always (Fast-dLLM); in [0, 1], default 0
 * @param blockLength positions per block, 0 for the whole response as one block; default 0
 * @param cfgScale classifier-free guidance {@code s} of {@code un + (s + 1)(cond - un)}; at least 0, default 0 (none)
 * @param logitsEosInf whether the end token's logit is {@code -inf} before everything; default false
 * @param confidenceEosEotInf whether a chosen end token has confidence 0; default false
 * @param eosId end-of-text token of the two switches above, -1 for the model's end tokens; default -1
 * @param eotId end-of-turn token of the second switch, -1 for none of its own; default -1
 */
public record MaskPredictionSettings(
        Remasking remasking,
        double threshold,
        int blockLength,
        double cfgScale,
        boolean logitsEosInf,
        boolean confidenceEosEotInf,
        int eosId,
        int eotId) {

    /** Checks the ranges. */
    public MaskPredictionSettings {
        if (remasking == null) {
            throw new IllegalArgumentException("remasking must be one of low_confidence, random, entropy, margin");
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold must lie in [0, 1], 0 for none, was " + threshold);
        }
        if (threshold > 0 && remasking != Remasking.LOW_CONFIDENCE) {
            throw new IllegalArgumentException(
                    "threshold needs remasking low_confidence, was " + remasking.configName());
        }
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the whole response, was " + blockLength);
        }
        if (!(cfgScale >= 0 && cfgScale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("cfgScale must be at least 0, was " + cfgScale);
        }
        if (eosId < -1 || eotId < -1) {
            throw new IllegalArgumentException(
                    "eosId and eotId must be token ids, or -1, were " + eosId + " and " + eotId);
        }
    }

    /** LLaDA's defaults: low-confidence remasking, one block, no guidance. */
    public static MaskPredictionSettings defaults() {
        return new MaskPredictionSettings(Remasking.LOW_CONFIDENCE, 0, 0, 0, false, false, -1, -1);
    }

    /** The same with another ranking. */
    public MaskPredictionSettings withRemasking(Remasking other) {
        return new MaskPredictionSettings(
                other, threshold, blockLength, cfgScale, logitsEosInf, confidenceEosEotInf, eosId, eotId);
    }

    /** The same with another threshold, 0 for none. */
    public MaskPredictionSettings withThreshold(double other) {
        return new MaskPredictionSettings(
                remasking, other, blockLength, cfgScale, logitsEosInf, confidenceEosEotInf, eosId, eotId);
    }

    /** The same in blocks of the given length, 0 for the whole response. */
    public MaskPredictionSettings withBlockLength(int positions) {
        return new MaskPredictionSettings(
                remasking, threshold, positions, cfgScale, logitsEosInf, confidenceEosEotInf, eosId, eotId);
    }
}
