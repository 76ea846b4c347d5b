package io.maskflow.decoder;

/**
 * What one decoding step did to one row. All arrays have one entry per position of {@code [from, from + length)}, the
 * response positions that this step looked at (all of them, or the current block). Entries are meaningful where the
 * comment says so. A discrete decoder leaves the arrays that only the flow has empty (length 0).
 *
 * @param row row of the batch
 * @param step step index {@code l}, counted over the whole generation
 * @param totalSteps {@code T}
 * @param from first response position of the arrays; a last block that is cut off afterwards reaches beyond the response
 * @param predicted {@code argmax z_i} after the mask token was taken out
 * @param confidence {@code c_i = max softmax(z_i)} (XF Eq. 9)
 * @param active flow: true where the position was not committed before the step; discrete decoders: where it was masked
 * @param features flow: {@code [length * F]} policy state of each position, row-major (XF Eq. 13); empty if the step
 *     size does not use features
 * @param fraction flow: {@code a_i}, the step fraction
 * @param latent flow, when actions are sampled: {@code y_i}; empty otherwise
 * @param logProbability flow, when actions are sampled: log density of {@code y_i} under the policy that drew it
 * @param progressBefore flow: {@code t_i} before the step
 * @param progressAfter flow: {@code t_i} after the step
 * @param reEdited flow: true where Eq. 10 applied; discrete decoders: true where a filled position was masked again
 * @param committed flow: the response positions fixed by hard commitment in this step, ascending; discrete decoders: empty
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
        int[] committed,
        boolean[] filled) {

    private static final float[] NONE = {};
    private static final int[] NO_POSITION = {};

    /**
     * A step of a discrete decoder.
     *
     * @param row row of the batch
     * @param step step index {@code l}
     * @param totalSteps {@code T}
     * @param from first response position of the arrays
     * @param proposal what the model would put at each position
     * @param open true where the position was masked before the step
     * @param filled true where it was unmasked
     * @param maskedAgain true where a filled position was masked again
     */
    public static DecodingStep discrete(
            int row,
            int step,
            int totalSteps,
            int from,
            TokenProposal proposal,
            boolean[] open,
            boolean[] filled,
            boolean[] maskedAgain) {
        return new DecodingStep(
                row,
                step,
                totalSteps,
                from,
                proposal.token(),
                proposal.confidence(),
                open,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                maskedAgain,
                NO_POSITION,
                filled);
    }
}
