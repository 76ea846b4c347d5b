package io.maskflow.experiments.training;

import io.maskflow.experiments.training.settings.CollapseRules;
import io.maskflow.experiments.training.settings.StopRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a run has cost and reached, added up from the lines of its metrics, so that a resumed run counts on. */
final class RunSoFar {

    private static final double SECONDS_PER_HOUR = 3600;

    private long steps;
    private double calls;
    private double seconds;
    private double bestScore = Double.NEGATIVE_INFINITY;
    private int withoutGain;
    private int bad;
    private List<String> wrong = List.of();
    private final CollapseRules collapse;

    /**
     * Why a run ends before its last step.
     *
     * @param words the rule
     * @param failed whether its policy has collapsed
     */
    record Ending(String words, boolean failed) {}

    /**
     * @param collapse what makes a step bad
     */
    RunSoFar(CollapseRules collapse) {
        this.collapse = collapse;
    }

    /**
     * Adds one step.
     *
     * @param values its line of {@code metrics.jsonl}
     */
    void add(Map<String, Double> values) {
        steps++;
        calls += values.getOrDefault("model_calls", 0.0) + values.getOrDefault("calls_saved_shared_first_step", 0.0);
        seconds += values.getOrDefault("step_time", 0.0) + values.getOrDefault("validation_time", 0.0);
        wrong = collapse.wrong(values);
        bad = wrong.isEmpty() ? 0 : bad + 1;
        if (values.containsKey("validation/score")) {
            double score = Math.max(
                    values.get("validation/score"),
                    values.getOrDefault("validation_raw/score", Double.NEGATIVE_INFINITY));
            withoutGain = score > bestScore ? 0 : withoutGain + 1;
            bestScore = Math.max(bestScore, score);
        }
    }

    /** What to say of the last step, if it is the first bad one. */
    Optional<String> warning() {
        return collapse.steps() > 0 && bad == 1
                ? Optional.of("step " + steps + ": " + String.join("; ", wrong) + ". The run ends if "
                        + collapse.steps() + " steps in a row are like this (stop.collapse)")
                : Optional.empty();
    }

    /** The rule that ends the run now. */
    Optional<Ending> ended(StopRules rules) {
        if (collapse.steps() > 0 && bad >= collapse.steps()) {
            return Optional.of(new Ending(
                    said("nothing can be learned any more, %d bad steps in a row (stop.collapse); the last: ", bad)
                            + String.join("; ", wrong),
                    true));
        }
        if (rules.noGain() > 0 && withoutGain >= rules.noGain()) {
            return rule("no gain on validation for %d evaluations (stop.noGain)", withoutGain);
        }
        if (rules.hours() > 0 && seconds >= rules.hours() * SECONDS_PER_HOUR) {
            return rule("%.2f hours of work (stop.hours)", seconds / SECONDS_PER_HOUR);
        }
        if (rules.calls() > 0 && calls >= rules.calls()) {
            return rule("%.0f model calls (stop.calls)", calls);
        }
        return Optional.empty();
    }

    private Optional<Ending> rule(String words, Object value) {
        return Optional.of(new Ending(said(words, value), false));
    }

    private String said(String words, Object value) {
        return String.format(Locale.ROOT, "after step %d: ", steps) + String.format(Locale.ROOT, words, value);
    }
}
