package io.maskflow.reward;

/**
 * The completion term {@code λ · t^final_i} of the reward: pushes every token's decoding progress toward 1, so that no token is
 * left half decoded at the end of the budget.
 *
 * @param lambda weight λ, >= 0
 * @paper XF Eq. 18
 */
public record CompletionReward(double lambda) {
    public CompletionReward {
        if (!(lambda >= 0) || Double.isInfinite(lambda)) {
            throw new IllegalArgumentException("lambda must lie in [0, infinity), was " + lambda);
        }
    }

    /**
     * The term for one token.
     *
     * @param tFinal the token's final decoding progress, in [0, 1]
     */
    public double of(double tFinal) {
        if (!(tFinal >= 0 && tFinal <= 1)) {
            throw new IllegalArgumentException("tFinal must lie in [0, 1], was " + tFinal);
        }
        return lambda * tFinal;
    }
}
