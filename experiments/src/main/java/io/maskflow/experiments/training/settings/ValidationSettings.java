package io.maskflow.experiments.training.settings;

import io.maskflow.decoder.DecodingBudget;
import java.util.List;

/**
 * When and on what the policy is checked during training; the best policy is chosen by it.
 *
 * @param problems problem source, disjoint from the training and test problems
 * @param limit how many of them, from the first; 0 for all
 * @param every steps between validations, 0 for none (then the last policy is the best)
 * @param budgets budgets to validate at; the score is the mean over them of the share of passed problems, of which calls
 *     take their price as in training. Empty: the
 *     budgets that are trained at
 * @param prices prices to validate a policy with a dial at. Empty: the ends and the middle of its range
 */
public record ValidationSettings(
        String problems, int limit, int every, List<DecodingBudget> budgets, List<Double> prices) {

    /** Checks the counts. */
    public ValidationSettings {
        if (limit < 0) {
            throw new IllegalArgumentException("validation.limit must be at least 0, was " + limit);
        }
        if (every < 0) {
            throw new IllegalArgumentException("validation.every must be at least 0, was " + every);
        }
        budgets = List.copyOf(budgets);
        prices = List.copyOf(prices);
    }

    /** The built-in validation problems, every 25 steps, at the budgets trained at. */
    public static ValidationSettings defaults() {
        return new ValidationSettings("builtin:valid", 0, 25, List.of(), List.of());
    }
}
