package io.maskflow.decoder.llada21;

import java.io.Serializable;

/**
 * How LLaDA2.1's sampler decodes.
 *
 * @param threshold a masked position is filled where its token is more probable, in [0, 1]; default 0.95
 * @param editingThreshold a filled position of the current block gets another token where that is more probable; above 1 there are
 *     no edits; default 0.9
 * @param postSteps most calls for a block after all its positions are filled, in which edits alone are made; default 16
 * @param leastFilled positions filled per call even if none is above the threshold, at least 1; default 1
 * @param earlyStop whether a finished block with an end token ends the response; default false
 * @param endId the end token, -1 for the model's end tokens; default -1
 * @param cache whether keys and values of finished blocks are kept: exact; default true
 */
public record EditingSettings(
        double threshold,
        double editingThreshold,
        int postSteps,
        int leastFilled,
        boolean earlyStop,
        int endId,
        boolean cache)
        implements Serializable {

    /** Checks the ranges. */
    public EditingSettings {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold must lie in [0, 1], was " + threshold);
        }
        if (!(editingThreshold >= 0 && Double.isFinite(editingThreshold))) {
            throw new IllegalArgumentException(
                    "editingThreshold must be at least 0, above 1 for no edits, was " + editingThreshold);
        }
        if (postSteps < 0) {
            throw new IllegalArgumentException("postSteps must be at least 0, was " + postSteps);
        }
        if (leastFilled < 1) {
            throw new IllegalArgumentException("leastFilled must be at least 1, was " + leastFilled);
        }
        if (endId < -1) {
            throw new IllegalArgumentException("endId must be a token id, or -1 for the model's, was " + endId);
        }
    }

    /** As published. */
    public static EditingSettings defaults() {
        return new EditingSettings(0.95, 0.9, 16, 1, false, -1, true);
    }
}
