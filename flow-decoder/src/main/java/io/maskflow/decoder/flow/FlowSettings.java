package io.maskflow.decoder.flow;

import io.maskflow.decoder.backbone.Interpolation;
import java.io.Serializable;
import java.util.Locale;
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

    /** With the last prediction as read-out, on the paper's clock, with one commitment a step. */
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
                ReadOut.LAST_PREDICTION,
                0,
                CommitRule.ONE,
                0.9,
                false,
                false);
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

    /** The same that ends once all open positions have this progress, 0 for the paper's fixed clock. */
    public FlowSettings withArrival(double progress) {
        return changed(draft -> draft.arrival = progress);
    }

    /**
     * The same with another number of commitments a step.
     *
     * @param rule which positions
     * @param from see {@code commitFrom}
     */
    public FlowSettings withCommit(CommitRule rule, double from) {
        return changed(draft -> {
            draft.commit = rule;
            draft.commitFrom = from;
        });
    }

    /**
     * The same with LLaDA's switches for end tokens.
     *
     * @param logits see {@code logitsEosInf}
     * @param confidence see {@code confidenceEosEotInf}
     */
    public FlowSettings withEndTokens(boolean logits, boolean confidence) {
        return changed(draft -> {
            draft.logitsEosInf = logits;
            draft.confidenceEosEotInf = confidence;
        });
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
        private double arrival;
        private CommitRule commit;
        private double commitFrom;
        private boolean logitsEosInf;
        private boolean confidenceEosEotInf;

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
            arrival = from.arrival;
            commit = from.commit;
            commitFrom = from.commitFrom;
            logitsEosInf = from.logitsEosInf;
            confidenceEosEotInf = from.confidenceEosEotInf;
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
                    readOut,
                    arrival,
                    commit,
                    commitFrom,
                    logitsEosInf,
                    confidenceEosEotInf);
        }
    }
}
