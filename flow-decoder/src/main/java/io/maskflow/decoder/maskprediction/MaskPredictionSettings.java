package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.backbone.Shaping;
import io.maskflow.decoder.masking.Remasking;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * How mask prediction decodes.
 *
 * @param remasking which predictions are kept; default low_confidence
 * @param threshold 0 for a fixed number of positions per step; otherwise every position that is sure enough is filled, and
 *     the surest one always: with {@code low_confidence} at least this probable (Fast-dLLM), with {@code margin} a
 *     distance of at least this between the best two probabilities, with {@code entropy} an entropy of at most so many
 *     nats; in [0, 1], for an entropy at least 0; not with {@code random}; default 0
 * @param factor 0 for none; otherwise {@code f} of Fast-dLLM's rule that more positions are filled together the surer all of
 *     them are, see {@link FactorRule}; at least 0, default 0; not together with a threshold
 * @param blockLength positions per block, 0 for the whole response as one block; default 0
 * @param cache keys and values used again within a block (Fast-dLLM); default none
 * @param temperature of the tokens: 0 takes the most probable, above 0 draws; default 0
 * @param cfgScale classifier-free guidance {@code s} of {@code un + (s + 1)(cond - un)}; at least 0, default 0 (none);
 *     not together with a cache
 * @param logitsEosInf whether the end token's logit is {@code -inf} before everything; default false
 * @param confidenceEosEotInf whether a chosen end token has confidence 0; default false
 * @param eosRule how that is read at a temperature above 0; default published
 * @param eosId end-of-text token of the two switches above, -1 for the model's end tokens; default -1
 * @param eotId end-of-turn token of the second switch, -1 for none of its own; default -1
 * @param extraCall whether a block that its first call completes costs one more call, as in Fast-dLLM's published cached
 *     samplers, where it has no effect on the tokens; default false
 */
@RecordBuilder
public record MaskPredictionSettings(
        Remasking remasking,
        double threshold,
        double factor,
        int blockLength,
        BlockCache cache,
        double temperature,
        double cfgScale,
        boolean logitsEosInf,
        boolean confidenceEosEotInf,
        EosRule eosRule,
        int eosId,
        int eotId,
        boolean extraCall)
        implements Serializable, MaskPredictionSettingsBuilder.With {

    /** Checks the ranges. */
    public MaskPredictionSettings {
        if (remasking == null) {
            throw new IllegalArgumentException("remasking must be one of low_confidence, random, entropy, margin");
        }
        double most = remasking == Remasking.ENTROPY ? Double.MAX_VALUE : 1;
        if (!(threshold >= 0 && threshold <= most)) {
            throw new IllegalArgumentException(
                    "threshold must lie in [0, 1], 0 for none (with remasking entropy: at least 0," + " in nats), was "
                            + threshold);
        }
        if (threshold > 0 && remasking == Remasking.RANDOM) {
            throw new IllegalArgumentException(
                    "threshold needs remasking low_confidence, margin or entropy, was " + remasking.configName());
        }
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("factor must be at least 0, 0 for none, was " + factor);
        }
        if (factor > 0 && (threshold > 0 || remasking != Remasking.LOW_CONFIDENCE)) {
            throw new IllegalArgumentException("factor needs threshold 0 and remasking low_confidence, were "
                    + threshold + " and " + remasking.configName());
        }
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the whole response, was " + blockLength);
        }
        if (cache == null || eosRule == null) {
            throw new IllegalArgumentException(
                    "cache must be one of none, prefix, dual, and eosRule published or intended; were " + cache
                            + " and " + eosRule);
        }
        Shaping.llada((float) temperature);
        if (!(cfgScale >= 0 && cfgScale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("cfgScale must be at least 0, was " + cfgScale);
        }
        if (cfgScale > 0 && cache != BlockCache.NONE) {
            throw new IllegalArgumentException(
                    "cfgScale must be 0 with cache " + cache.configName() + ", was " + cfgScale);
        }
        if (eosId < -1 || eotId < -1) {
            throw new IllegalArgumentException(
                    "eosId and eotId must be token ids, or -1, were " + eosId + " and " + eotId);
        }
    }

    /** LLaDA's defaults: low-confidence remasking, one block, no guidance. */
    public static MaskPredictionSettings defaults() {
        return MaskPredictionSettingsBuilder.builder()
                .remasking(Remasking.LOW_CONFIDENCE)
                .cache(BlockCache.NONE)
                .eosRule(EosRule.PUBLISHED)
                .eosId(-1)
                .eotId(-1)
                .build();
    }

    /** The same in blocks of the given length, 0 for the whole response, with a cache or without. */
    public MaskPredictionSettings withBlocks(int positions, BlockCache other) {
        return with(draft -> draft.blockLength(positions).cache(other));
    }

    /**
     * The same with other switches for end tokens.
     *
     * @param logits see {@code logitsEosInf}
     * @param confidence see {@code confidenceEosEotInf}
     * @param eos see {@code eosId}
     * @param eot see {@code eotId}
     */
    public MaskPredictionSettings withEndTokens(boolean logits, boolean confidence, int eos, int eot) {
        return with(draft -> draft.logitsEosInf(logits)
                .confidenceEosEotInf(confidence)
                .eosId(eos)
                .eotId(eot));
    }

    /** Whether anything is drawn. */
    public boolean draws() {
        return temperature > 0 || remasking == Remasking.RANDOM;
    }
}
