package io.maskflow.reward;

/** How the model calls of an answer are set against its task reward. */
public enum CallPrice {
    /** {@code task - price calls / N}: what a call costs does not depend on the answer; giving up early pays. */
    ADDITIVE,
    /** {@code task (1 - price calls / N)}: a wrong answer earns nothing, however few its calls. */
    MULTIPLICATIVE,
    /** {@code task ((N - calls + 1) / N)^price}: the step-aware reward of decoder-training peers, price their alpha. */
    POWER;

    /**
     * What is left of a task reward.
     *
     * @param task the reward, in [0, 1] where its parts have weight 1
     * @param price of {@code N} calls together, at least 0
     * @param calls model calls made, at least 1
     * @param length {@code N}
     */
    public double priced(double task, double price, int calls, int length) {
        double share = (double) calls / length;
        return switch (this) {
            case ADDITIVE -> task - price * share;
            case MULTIPLICATIVE -> task * (1 - price * share);
            case POWER -> task * Math.pow(Math.max(0, 1 - share + 1.0 / length), price);
        };
    }
}
