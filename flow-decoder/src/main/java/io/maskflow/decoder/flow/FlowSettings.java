package io.maskflow.decoder.flow;

import io.maskflow.decoder.backbone.Interpolation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Locale;

/**
 * Every switch of the x-prediction flow (the choices that XF §3 leaves open, with our readings as defaults).
 *
 * @param reEditing whether Eq. 10 applies; default true
 * @param hardCommitment whether one position is fixed per step (XF §3.4); default true
 * @param committedFinal whether a committed position is frozen; default true. False: every rule applies to every position
 *     at every step and there is no early end
 * @param reEditAfterUpdate whether re-editing compares with the progress that the flow update would give, instead of the
 *     progress before the step; default false
 * @param commitSeesOldProgress whether commitment looks at the progress before the step; default false
 * @param synchronous whether every active position of a row gets the mean of the row's fractions (the globally
 *     synchronous schedule that XF §3.1 argues against); default false
 * @param blockLength positions per block, 0 for the whole response as one block; default 0
 * @param laterBlocksFed whether the positions of later blocks are fed as mask embeddings (LLaDA); default true
 * @param interpolation the road from mask to token; default lerp
 * @param reEditMargin how far confidence must lie below progress for a re-edit, in [0, 1]; default 0.1 (XF §3.4)
 * @param commitBelow progress below which a position may be committed, in (0, 1]; default 0.99 (XF §3.4)
 * @param readOut what an uncommitted position gives at the end; default the last prediction
 * @param arrival progress at which an open position has arrived, in [0, 1]: a response (in blocks: a block) ends after a
 *     step in which all its open positions have; {@code T} is then a ceiling. 0, the default, is the paper's fixed clock
 * @param commit how many positions a step fixes; default one (XF §3.4)
 * @param commitFrom confidence ({@code sure}) or progress ({@code arrived}) from which a position is fixed, in (0, 1];
 *     default 0.9; {@code one} does not look at it
 * @param logitsEosInf whether the end-of-text token is never predicted: its logit is {@code -inf} before everything, as in
 *     LLaDA's sampler; tokens that end a turn stay; default false
 * @param confidenceEosEotInf whether positions that predict an end-of-text or end-of-turn token have no confidence: their logits
 *     are {@code -inf} after the argmax and before the softmax, as in LLaDA's sampler; default false
 */
@RecordBuilder
public record FlowSettings(
        boolean reEditing,
        boolean hardCommitment,
        boolean committedFinal,
        boolean reEditAfterUpdate,
        boolean commitSeesOldProgress,
        boolean synchronous,
        int blockLength,
        boolean laterBlocksFed,
        Interpolation interpolation,
        double reEditMargin,
        double commitBelow,
        ReadOut readOut,
        double arrival,
        CommitRule commit,
        double commitFrom,
        boolean logitsEosInf,
        boolean confidenceEosEotInf)
        implements Serializable, FlowSettingsBuilder.With {

    /** Checks the ranges. */
    public FlowSettings {
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the whole response, was " + blockLength);
        }
        if (!laterBlocksFed && blockLength == 0) {
            throw new IllegalArgumentException("blockLength must be at least 1 where laterBlocksFed is false, was 0");
        }
        if (interpolation == null) {
            throw new IllegalArgumentException("interpolation must be one of lerp, slerp, norm, was empty");
        }
        if (readOut == null) {
            throw new IllegalArgumentException("readOut must be last_prediction or heaviest_token, was empty");
        }
        if (!(reEditMargin >= 0 && reEditMargin <= 1)) {
            throw new IllegalArgumentException("reEditMargin must lie in [0, 1], was " + reEditMargin);
        }
        if (!(commitBelow > 0 && commitBelow <= 1)) {
            throw new IllegalArgumentException("commitBelow must lie in (0, 1], was " + commitBelow);
        }
        if (!(arrival >= 0 && arrival <= 1)) {
            throw new IllegalArgumentException("arrival must lie in [0, 1], 0 for none, was " + arrival);
        }
        if (commit == null) {
            throw new IllegalArgumentException("commit must be one, sure or arrived, was empty");
        }
        if (!(commitFrom > 0 && commitFrom <= 1)) {
            throw new IllegalArgumentException("commitFrom must lie in (0, 1], was " + commitFrom);
        }
        if (commit != CommitRule.ONE && !hardCommitment) {
            throw new IllegalArgumentException("commit must be one where hardCommitment is false, was "
                    + commit.name().toLowerCase(Locale.ROOT));
        }
    }

    /** The paper's decoder as we read it. */
    public static FlowSettings defaults() {
        return FlowSettingsBuilder.builder()
                .reEditing(true)
                .hardCommitment(true)
                .committedFinal(true)
                .laterBlocksFed(true)
                .interpolation(Interpolation.LERP)
                .reEditMargin(0.1)
                .commitBelow(0.99)
                .readOut(ReadOut.LAST_PREDICTION)
                .commit(CommitRule.ONE)
                .commitFrom(0.9)
                .build();
    }

    /** The same for a model whose positions do not see later blocks. */
    FlowSettings underBlocks(int positions) {
        return with(draft -> draft.blockLength(positions).laterBlocksFed(false));
    }

    /**
     * The same with another number of commitments a step.
     *
     * @param rule which positions
     * @param from see {@code commitFrom}
     */
    public FlowSettings withCommit(CommitRule rule, double from) {
        return with(draft -> draft.commit(rule).commitFrom(from));
    }

    /**
     * The same with LLaDA's switches for end tokens.
     *
     * @param logits see {@code logitsEosInf}
     * @param confidence see {@code confidenceEosEotInf}
     */
    public FlowSettings withEndTokens(boolean logits, boolean confidence) {
        return with(draft -> draft.logitsEosInf(logits).confidenceEosEotInf(confidence));
    }
}
