package io.maskflow.decoder;

/**
 * What the model would put at each position that a step looks at. The mask token is no proposal: where it is the most
 * probable one, the second takes its place.
 *
 * @param token {@code [length]} token ids, never the mask token
 * @param confidence {@code [length]} their probabilities, in [0, 1]
 */
public record TokenProposal(int[] token, float[] confidence) {

    /**
     * Reads the positions {@code [from, from + length)} of one row.
     *
     * @param seen what the model said, with at least two entries per position
     * @param maskId the mask token
     */
    public static TokenProposal of(RowPrediction seen, int from, int length, int maskId) {
        int[] token = new int[length];
        float[] confidence = new float[length];
        for (int i = 0; i < length; i++) {
            boolean mask = seen.argmax(from + i) == maskId;
            int rank = seen.topId(from + i, 0) == maskId ? 1 : 0;
            token[i] = mask ? seen.topId(from + i, rank) : seen.argmax(from + i);
            confidence[i] = mask ? seen.topProbability(from + i, rank) : seen.confidence(from + i);
        }
        return new TokenProposal(token, confidence);
    }
}
