package io.maskflow.experiments.training.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * When a policy is held to have collapsed: the first bad step is warned of, so many in a row end the run. A step is bad if
 * nothing was learned from in it, if its gradient is 0, or if its updates moved the policy out of the range where a likelihood ratio means
 * something.
 *
 * @param steps bad steps in a row that end the run, 0 for no such rule
 * @param ess smallest {@code ess}, in [0, 1)
 * @param klStep largest {@code kl_step}, above 0
 */
public record CollapseRules(int steps, double ess, double klStep) {

    /** A norm of the gradient below which no parameter moves. */
    private static final double NOTHING = 1e-12;

    /** Checks the ranges. */
    public CollapseRules {
        if (steps < 0) {
            throw new IllegalArgumentException("stop.collapse.steps must be at least 0, 0 for none, was " + steps);
        }
        if (!(ess >= 0 && ess < 1)) {
            throw new IllegalArgumentException("stop.collapse.ess must lie in [0, 1), was " + ess);
        }
        if (!(klStep > 0)) {
            throw new IllegalArgumentException("stop.collapse.klStep must be above 0, was " + klStep);
        }
    }

    /** The runs of docs/RESULTS.md had an {@code ess} of .4 at least and a {@code kl_step} below .5 in every step. */
    public static CollapseRules defaults() {
        return new CollapseRules(10, 0.05, 2);
    }

    /**
     * What is wrong with a step, in words.
     *
     * @param values its line of {@code metrics.jsonl}
     * @return empty if nothing is
     */
    public List<String> wrong(Map<String, Double> values) {
        List<String> wrong = new ArrayList<>();
        double decisions = values.getOrDefault("decisions", 1.0);
        if (decisions == 0) {
            wrong.add("no decision was learned from: "
                    + (values.getOrDefault("decisions_drawn", 1.0) == 0
                            ? "no action was drawn (exploration.confidenceThreshold and the budget leave none)"
                            : "in every group all answers had the same reward"));
            return wrong;
        }
        if (values.getOrDefault("grad_norm", 1.0) < NOTHING) {
            wrong.add(
                    "the gradient is 0: all decisions are at the bounds of the policy's mean, or no advantage differs from 0");
        }
        double share = values.getOrDefault("ess", 1.0);
        if (share < ess) {
            wrong.add(String.format(Locale.ROOT, "ess %.3g, below %s", share, ess));
        }
        double moved = values.getOrDefault("kl_step", 0.0);
        if (!(moved <= klStep)) {
            wrong.add(String.format(Locale.ROOT, "kl_step %.3g, above %s", moved, klStep));
        }
        return wrong;
    }
}
