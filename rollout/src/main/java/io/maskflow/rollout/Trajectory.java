package io.maskflow.rollout;

import io.maskflow.decoder.SampleKey;
import java.io.Serializable;

/**
 * One sampled decoding: what was written, how far each token got, and every action that led there.
 *
 * @param key identity of the sample
 * @param totalSteps {@code T} of this decoding
 * @param tokenIds {@code [N]} the response
 * @param nfe model calls
 * @param finalProgress {@code [N]} {@code t_final} (XF Eq. 18)
 * @param decisions the actions that the policy answers for
 * @param drawn how many such actions there were, whether or not they are still here
 * @param closingSteps the last step of each block, ascending: what is written of a block is read from its last model call,
 *     which came before the actions of that step
 * @param reEdits positions re-edited, summed over steps
 * @param actions active positions, summed over steps (re-edited and committed ones included)
 */
public record Trajectory(
        SampleKey key,
        int totalSteps,
        int[] tokenIds,
        int nfe,
        float[] finalProgress,
        Decisions decisions,
        int drawn,
        int[] closingSteps,
        int reEdits,
        int actions)
        implements Serializable {

    /** The same without its decisions: what is reported of a trajectory that stays where it was made. */
    public Trajectory outline() {
        return new Trajectory(
                key, totalSteps, tokenIds, nfe, finalProgress, Decisions.NONE, drawn, closingSteps, reEdits, actions);
    }

    /** Mean of {@code t_final} over the response positions, in [0, 1]. */
    public double meanFinalProgress() {
        double sum = 0;
        for (float t : finalProgress) {
            sum += t;
        }
        return sum / finalProgress.length;
    }
}
