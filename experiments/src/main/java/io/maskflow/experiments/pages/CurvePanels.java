package io.maskflow.experiments.pages;

import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.metrics.MetricNames;
import io.maskflow.experiments.report.Headline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Which metrics share a chart. A metric that no panel asks for has one of its own. */
final class CurvePanels {

    private CurvePanels() {}

    /**
     * One chart.
     *
     * @param title above the chart
     * @param metrics names of its curves
     * @param log whether its vertical axis is logarithmic
     * @param baselines what decoders made by hand reach, where the curves are shares of problems solved
     */
    record Panel(String title, List<String> metrics, boolean log, List<Baseline> baselines) {}

    /** A level to compare curves with. */
    record Baseline(String name, double value) {}

    /** A panel and what belongs to it. */
    private record Shared(String title, boolean log, Predicate<String> belongs) {}

    private static final String SOLVED = "validation problems solved";

    private static final List<Shared> SHARED = List.of(
            new Shared("reward by budget", false, name -> name.startsWith("reward/")),
            new Shared("samples that pass all asserts, by budget", false, name -> name.startsWith("pass/")),
            new Shared("validation score", false, name -> name.matches("validation(_raw)?/score")),
            new Shared("validation, model calls", false, name -> name.startsWith("validation/nfe/")),
            new Shared(SOLVED, false, name -> name.startsWith("validation/")),
            new Shared(
                    "validation without average, model calls", false, name -> name.startsWith("validation_raw/nfe/")),
            new Shared(SOLVED + " without average", false, name -> name.startsWith("validation_raw/")),
            new Shared("clipped decisions", false, name -> name.startsWith("clip_ratio/")),
            new Shared("importance ratio", true, name -> name.startsWith("ratio_m")),
            new Shared("x-prediction error (MSE)", true, name -> name.startsWith("mse_")),
            new Shared("cross-entropy at masked positions, nats", false, name -> name.startsWith("ce_masked")),
            new Shared("cross-entropy by refinement step, nats", false, name -> name.startsWith("ce_step_")));

    /**
     * Whether a metric says the same in every step of each run: a number in a table then, not a chart. Shares of validation problems solved are always drawn, beside what decoders made
     * by hand reach.
     *
     * @param runs whose logs are looked at
     * @param metric its name
     */
    static boolean flat(List<RunView> runs, String metric) {
        return !metric.matches("validation/(?!nfe/|score).*")
                && runs.stream()
                        .allMatch(run -> run.metrics().stream()
                                        .map(line -> line.get(metric))
                                        .filter(Objects::nonNull)
                                        .distinct()
                                        .count()
                                < 2);
    }

    /**
     * Arranges metrics.
     *
     * @param present names found in the logs
     * @param runs whose evaluations give the levels to compare with
     * @return heading to its charts, in the order of {@link MetricNames}
     */
    static Map<String, List<Panel>> of(Collection<String> present, List<RunView> runs) {
        Map<String, List<Panel>> groups = new LinkedHashMap<>();
        MetricNames.grouped(present).forEach((group, names) -> {
            Map<String, Panel> panels = new LinkedHashMap<>();
            for (String name : names) {
                Shared shared = SHARED.stream()
                        .filter(candidate -> candidate.belongs().test(name))
                        .findFirst()
                        .orElse(new Shared(name, false, name::equals));
                panels.computeIfAbsent(
                                shared.title(),
                                title -> new Panel(title, new ArrayList<>(), shared.log(), new ArrayList<>()))
                        .metrics()
                        .add(name);
            }
            List<Panel> arranged = new ArrayList<>();
            for (Panel panel : panels.values()) {
                String title = panel.metrics().size() == 1 ? panel.metrics().get(0) : panel.title();
                if (panel.title().startsWith(SOLVED)) {
                    runs.stream()
                            .filter(run -> panel.baselines().isEmpty()) // those of the first run that has any
                            .forEach(run -> baselines(run, panel));
                }
                arranged.add(new Panel(title, panel.metrics(), panel.log(), List.copyOf(panel.baselines())));
            }
            groups.put(group, arranged);
        });
        return groups;
    }

    /**
     * At a budget what the decoder solved there; of one with a dial what it solved, of the problems that dials were set on,
     * with it set to the number of calls nearest to those of the validation.
     */
    private static void baselines(RunView run, Panel panel) {
        double[] calls = panel.metrics().stream()
                .map(name -> name.replaceFirst("/", "/nfe/"))
                .map(name -> run.metrics().stream()
                        .map(line -> line.get(name))
                        .filter(Objects::nonNull)
                        .reduce((earlier, later) -> later))
                .flatMap(Optional::stream)
                .mapToDouble(value -> value)
                .sorted()
                .toArray();
        for (String budget : panel.metrics().stream()
                .map(name -> name.replaceFirst("^[^/]*/", "").replaceFirst("@.*", ""))
                .distinct()
                .toList()) {
            run.summary().rows().stream()
                    .filter(row -> row.budget().equals(budget)
                            && run.summary().handMade().contains(row.decoder()))
                    .forEach(row -> panel.baselines()
                            .add(new Baseline(row.decoder() + " at " + budget + ", n " + row.n(), row.passAt1())));
            if (calls.length > 0) {
                double about = Math.log(calls[calls.length / 2]);
                run.summary().handMade().forEach(decoder -> run.summary().equalCalls().rows().stream()
                        .filter(row ->
                                row.budget().equals(budget) && row.decoder().equals(decoder))
                        .min(Comparator.comparingDouble(
                                (EqualCalls.Row row) -> Math.abs(Math.log(row.calls()) - about)))
                        .ifPresent(row -> panel.baselines()
                                .add(new Baseline(
                                        decoder + " at " + Headline.number(row.calls()) + " calls",
                                        row.validation()))));
            }
        }
    }
}
