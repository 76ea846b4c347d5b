package io.maskflow.decoder.masking;

/** How many masked positions each step of a block fills. */
public final class TransferSchedule {

    private TransferSchedule() {}

    /**
     * Shares the masked positions evenly among the steps; the first ones get one more when it does not divide (LLaDA's
     * {@code get_num_transfer_tokens}).
     *
     * @param maskCount masked positions of the block, at least 0
     * @param steps steps of the block, at least 1
     * @return {@code [steps]} whole numbers that sum to {@code maskCount}
     */
    public static int[] tokensPerStep(int maskCount, int steps) {
        if (maskCount < 0 || steps < 1) {
            throw new IllegalArgumentException(
                    "tokens per step need maskCount of at least 0 and at least one step, were " + maskCount + " and "
                            + steps);
        }
        int[] perStep = new int[steps];
        for (int s = 0; s < steps; s++) {
            perStep[s] = maskCount / steps + (s < maskCount % steps ? 1 : 0);
        }
        return perStep;
    }
}
