package io.maskflow.decoder.flow;

import io.maskflow.decoder.backbone.Interpolation;
import java.io.Serializable;
import java.util.function.Consumer;

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
        return changed(draft -> draft.reEditing = on);
    }

    /** The same with hard commitment on or off. */
    public FlowSettings withHardCommitment(boolean on) {
        return changed(draft -> draft.hardCommitment = on);
    }

    /** The same with committed positions frozen or not. */
    public FlowSettings withCommittedFinal(boolean on) {
        return changed(draft -> draft.committedFinal = on);
    }

    /** The same with the other reading of the progress in the re-editing rule. */
    public FlowSettings withReEditAfterUpdate(boolean on) {
        return changed(draft -> draft.reEditAfterUpdate = on);
    }

    /** The same with the other reading of the progress in the commitment rule. */
    public FlowSettings withCommitSeesOldProgress(boolean on) {
        return changed(draft -> draft.commitSeesOldProgress = on);
    }

    /** The same with one fraction for all active positions of a row, or not. */
    public FlowSettings withSynchronous(boolean on) {
        return changed(draft -> draft.synchronous = on);
    }

    /** The same in blocks of the given length, 0 for the whole response. */
    public FlowSettings withBlockLength(int positions) {
        return changed(draft -> draft.blockLength = positions);
    }

    /** The same for a model whose positions do not see later blocks. */
    FlowSettings underBlocks(int positions) {
        return changed(draft -> {
            draft.blockLength = positions;
            draft.laterBlocksFed = false;
        });
    }

    /** The same on another road. */
    public FlowSettings withInterpolation(Interpolation other) {
        return changed(draft -> draft.interpolation = other);
    }

    /** The same with another end. */
    public FlowSettings withReadOut(ReadOut other) {
        return changed(draft -> draft.readOut = other);
    }

    private FlowSettings changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** The components, open to change: a {@code with} method names the ones it changes. */
    private static final class Draft {

        private boolean reEditing;
        private boolean hardCommitment;
        private boolean committedFinal;
        private boolean reEditAfterUpdate;
        private boolean commitSeesOldProgress;
        private boolean synchronous;
        private int blockLength;
        private boolean laterBlocksFed;
        private Interpolation interpolation;
        private double reEditMargin;
        private double commitBelow;
        private ReadOut readOut;

        Draft(FlowSettings from) {
            reEditing = from.reEditing;
            hardCommitment = from.hardCommitment;
            committedFinal = from.committedFinal;
            reEditAfterUpdate = from.reEditAfterUpdate;
            commitSeesOldProgress = from.commitSeesOldProgress;
            synchronous = from.synchronous;
            blockLength = from.blockLength;
            laterBlocksFed = from.laterBlocksFed;
            interpolation = from.interpolation;
            reEditMargin = from.reEditMargin;
            commitBelow = from.commitBelow;
            readOut = from.readOut;
        }

        FlowSettings settings() {
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
                    readOut);
        }
    }
}
