package io.maskflow.experiments.training;

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

    /**
     * Adds one step.
     *
     * @param values its line of {@code metrics.jsonl}
     */
    void add(Map<String, Double> values) {
        steps++;
        calls += values.getOrDefault("model_calls", 0.0)
                + values.getOrDefault("calls_saved_shared_first_step", 0.0);
        seconds += values.getOrDefault("step_time", 0.0) + values.getOrDefault("validation_time", 0.0);
        Double score = values.get("validation/score");
        if (score != null) {
            withoutGain = score > bestScore ? 0 : withoutGain + 1;
            bestScore = Math.max(bestScore, score);
        }
    }

    /** The rule that ends the run now, in words. */
    Optional<String> ended(StopRules rules) {
        if (rules.noGain() > 0 && withoutGain >= rules.noGain()) {
            return said("no gain on validation for %d evaluations (stop.noGain)", withoutGain);
        }
        if (rules.hours() > 0 && seconds >= rules.hours() * SECONDS_PER_HOUR) {
            return said("%.2f hours of work (stop.hours)", seconds / SECONDS_PER_HOUR);
        }
        if (rules.calls() > 0 && calls >= rules.calls()) {
            return said("%.0f model calls (stop.calls)", calls);
        }
        return Optional.empty();
    }

    private Optional<String> said(String words, Object value) {
        return Optional.of(String.format(Locale.ROOT, "after step %d: ", steps) + String.format(Locale.ROOT, words, value));
    }
}
