package io.maskflow.experiments.training.settings;

import io.maskflow.decoder.DecodingBudget;

/**
 * Which problems are worth training on: those that the base model solves (XF §5.2).
 *
 * @param enabled false trains on all problems
 * @param backbone base model that must solve them; empty for the one that is trained on
 * @param budget budget of the plain mask-prediction decoding that must solve them
 * @param limit how many problems to try, from the first; 0 for all
 * @paper XF §5.2 (prompt filtering)
 */
public record FilterSettings(boolean enabled, String backbone, DecodingBudget budget, int limit) {

    /** Checks the count. */
    public FilterSettings {
        if (limit < 0) {
            throw new IllegalArgumentException("filter.limit must be at least 0, was " + limit);
        }
        if (!enabled && limit > 0) {
            throw new IllegalArgumentException("filter.limit is how many problems the filter tries and must be 0 with"
                    + " filter.enabled: false, was " + limit + " (limit says how many problems are trained on)");
        }
    }

    /** Full budget on all problems, as in the paper. */
    public static FilterSettings defaults() {
        return new FilterSettings(true, "", new DecodingBudget(1, 1), 0);
    }
}
