package io.maskflow.alignment.recipe;

import io.maskflow.alignment.data.KeyedDraws;
import java.util.Locale;

/**
 * How many end tokens follow an answer in training. They are tokens to learn like any other: masked with the same
 * probability, predicted and counted. What stands behind them up to the end of the batch is padding that no position
 * sees and no loss counts.
 *
 * @param rule the rule
 * @param most largest number of {@link Rule#RANDOM}, at least 1; the other rules do not use it
 */
public record EndTokens(Rule rule, int most) {

    private static final long NUMBER = 13;

    /** Rules. */
    public enum Rule {
        /** Up to the response length: what a decoder of that length has to fill. */
        FILL,
        /** Up to the longest answer of the batch, at least one: LLaDA's fine-tuning (GUIDELINES.md, SFT). */
        LONGEST,
        /**
         * A number of its own for every example, uniform in {@code 0 .. most}.
         *
         * @paper SM App. A.2
         */
        RANDOM
    }

    /** Checks the range. */
    public EndTokens {
        if (rule == null) {
            throw new IllegalArgumentException("endTokens.rule must be one of fill, longest, random, was missing");
        }
        if (most < 1) {
            throw new IllegalArgumentException("endTokens.most must be at least 1, was " + most);
        }
    }

    /** Up to the response length; 50 at most where the number is random (SM App. A.2). */
    public static EndTokens defaults() {
        return new EndTokens(Rule.FILL, 50);
    }

    /**
     * How many tokens of each response of a batch are read, end tokens included.
     *
     * @param answers {@code [B]} lengths of the answers, at most {@code responseLength}
     * @param responseLength {@code N}, the most
     * @param seed of the run
     * @param batch number of the batch
     * @return {@code [B]}, each at least the answer's length and at most {@code responseLength}
     */
    public int[] lengths(int[] answers, int responseLength, long seed, long batch) {
        int longest = 0;
        for (int length : answers) {
            longest = Math.max(longest, Math.min(responseLength, length + 1));
        }
        int[] lengths = new int[answers.length];
        for (int b = 0; b < lengths.length; b++) {
            lengths[b] = switch (rule) {
                case FILL -> responseLength;
                case LONGEST -> longest;
                case RANDOM ->
                    Math.min(
                            responseLength,
                            answers[b] + KeyedDraws.of(seed, NUMBER, batch, b).nextInt(most + 1));
            };
        }
        return lengths;
    }

    @Override
    public String toString() {
        return rule == Rule.RANDOM ? "at random, at most " + most : rule.name().toLowerCase(Locale.ROOT);
    }
}
