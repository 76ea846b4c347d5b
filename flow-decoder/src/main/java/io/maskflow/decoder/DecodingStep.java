package io.maskflow.decoder;

/**
 * What one decoding step did to one row. All arrays have one entry per position of {@code [from, from + length)}, the
 * response positions that this step looked at (all of them, or the current block). Entries are meaningful where the
 * comment says so. A discrete decoder leaves the arrays that only the flow has empty (length 0).
 *
 * @param row row of the batch
 * @param step step index {@code l}, counted over the whole generation
 * @param totalSteps {@code T}
 * @param from first response position of the arrays
 * @param predicted {@code argmax z_i} after the mask token was taken out
 * @param confidence {@code c_i = max softmax(z_i)} (XF Eq. 9)
 * @param active flow: true where the position was not committed before the step
 * @param features flow: {@code [length * F]} policy state of each position, row-major (XF Eq. 13); empty if the step
 *     size does not use features
 * @param fraction flow: {@code a_i}, the step fraction
 * @param latent flow, when actions are sampled: {@code y_i}; empty otherwise
 * @param logProbability flow, when actions are sampled: log density of {@code y_i} under the policy that drew it
 * @param progressBefore flow: {@code t_i} before the step
 * @param progressAfter flow: {@code t_i} after the step
 * @param reEdited flow: true where Eq. 10 applied
 * @param committed flow: the response position fixed by hard commitment in this step, or -1; discrete decoders: -1
 * @param filled discrete decoders: true where the position was unmasked in this step; flow: empty
 */
public record DecodingStep(
        int row,
        int step,
        int totalSteps,
        int from,
        int[] predicted,
        float[] confidence,
        boolean[] active,
        float[] features,
        float[] fraction,
        float[] latent,
        float[] logProbability,
        float[] progressBefore,
        float[] progressAfter,
        boolean[] reEdited,
        int committed,
        boolean[] filled) {}
