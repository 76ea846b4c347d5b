package io.maskflow.experiments.training.filter;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.models.FleetSettings;
import io.maskflow.experiments.problems.BadRows;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.PromptSettings;

/**
 * Which problems can a base model solve?
 *
 * @param backbone base model
 * @param dtype type it computes in
 * @param problems candidates
 * @param limit how many, from the first; 0 for all
 * @param badRows what becomes of a row of a problem file that cannot be read: {@code stop} or {@code skip}
 * @param prompt how a problem becomes a prompt
 * @param responseLength {@code N}
 * @param budget steps over response length
 * @param batch responses decoded together
 * @param fleet workers
 * @param grader sandbox
 * @paper XF §5.2 (prompt filtering)
 */
public record FilterConfig(
        String backbone,
        String dtype,
        String problems,
        int limit,
        BadRows badRows,
        PromptSettings prompt,
        int responseLength,
        DecodingBudget budget,
        int batch,
        FleetSettings fleet,
        GraderChoice grader) {

    /** Checks counts. */
    public FilterConfig {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be at least 0, was " + limit);
        }
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch);
        }
    }

    /** The built-in model and its training problems at full budget. */
    public static FilterConfig defaults() {
        return new FilterConfig(
                "builtin",
                "f32",
                "builtin:train",
                0,
                BadRows.STOP,
                PromptSettings.defaults(),
                48,
                new DecodingBudget(1, 1),
                16,
                FleetSettings.defaults(),
                GraderChoice.defaults());
    }
}
