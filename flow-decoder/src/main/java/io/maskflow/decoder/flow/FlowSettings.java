package io.maskflow.decoder.flow;

import io.maskflow.decoder.backbone.Interpolation;
import java.io.Serializable;

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
 */
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
        ReadOut readOut)
        implements Serializable {

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
    }

    /** With the last prediction as read-out. */
    public FlowSettings(
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
            double commitBelow) {
        this(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                ReadOut.LAST_PREDICTION);
    }

    /** The paper's decoder as we read it. */
    public static FlowSettings defaults() {
        return new FlowSettings(true, true, true, false, false, false, 0, true, Interpolation.LERP, 0.1, 0.99);
    }

    /** The same with re-editing on or off. */
    public FlowSettings withReEditing(boolean on) {
        return new FlowSettings(
                on,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with hard commitment on or off. */
    public FlowSettings withHardCommitment(boolean on) {
        return new FlowSettings(
                reEditing,
                on,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with committed positions frozen or not. */
    public FlowSettings withCommittedFinal(boolean on) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                on,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with the other reading of the progress in the re-editing rule. */
    public FlowSettings withReEditAfterUpdate(boolean on) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                on,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with the other reading of the progress in the commitment rule. */
    public FlowSettings withCommitSeesOldProgress(boolean on) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                on,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with one fraction for all active positions of a row, or not. */
    public FlowSettings withSynchronous(boolean on) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                on,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same in blocks of the given length, 0 for the whole response. */
    public FlowSettings withBlockLength(int positions) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                positions,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same on another road. */
    public FlowSettings withInterpolation(Interpolation other) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                other,
                reEditMargin,
                commitBelow,
                readOut);
    }

    /** The same with another end. */
    public FlowSettings withReadOut(ReadOut other) {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                other);
    }
}
