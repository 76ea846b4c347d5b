package io.maskflow.decoder.evotoken;

import io.maskflow.decoder.masking.Remasking;
import java.io.Serializable;

/**
 * How EvoToken decodes.
 *
 * @param k tokens of a soft token, at least 1; default 3
 * @param alpha share of the mask embedding before a position is selected, in [0, 1]; default 0.7
 * @param blockLength positions per block, 0 for the whole response as one block; default 0
 * @param threshold 0 for a fixed number of positions per step; otherwise every position at least this probable is selected,
 *     and the most probable one always; in [0, 1], default 0
 * @param remasking by which score positions are selected; default low_confidence
 * @paper EVO Token Prediction
 */
public record EvoTokenSettings(int k, double alpha, int blockLength, double threshold, Remasking remasking)
        implements Serializable {

    /** Checks the ranges. */
    public EvoTokenSettings {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must lie in [0, 1], was " + alpha);
        }
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the whole response, was " + blockLength);
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold must lie in [0, 1], 0 for none, was " + threshold);
        }
        if (remasking == null || remasking == Remasking.RANDOM) {
            throw new IllegalArgumentException("remasking must be one of low_confidence, entropy, margin");
        }
        if (threshold > 0 && remasking != Remasking.LOW_CONFIDENCE) {
            throw new IllegalArgumentException(
                    "threshold needs remasking low_confidence, was " + remasking.configName());
        }
    }

    /** Those of the published command line: k = 3, alpha = 0.7. */
    public static EvoTokenSettings defaults() {
        return new EvoTokenSettings(3, 0.7, 0, 0, Remasking.LOW_CONFIDENCE);
    }
}
