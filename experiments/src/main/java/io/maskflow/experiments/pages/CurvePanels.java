package io.maskflow.experiments.pages;

import io.maskflow.experiments.metrics.MetricNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     */
    record Panel(String title, List<String> metrics, boolean log) {}

    /** A panel and what belongs to it. */
    private record Shared(String title, boolean log, Predicate<String> belongs) {}

    private static final List<Shared> SHARED = List.of(
            new Shared("reward by budget", false, name -> name.startsWith("reward/")),
            new Shared("samples that pass, by budget", false, name -> name.startsWith("pass/")),
            new Shared("validation", false, name -> name.startsWith("validation/")),
            new Shared("clipped decisions", false, name -> name.startsWith("clip_ratio/")),
            new Shared("importance ratio", true, name -> name.startsWith("ratio_m")),
            new Shared("x-prediction error (MSE)", true, name -> name.startsWith("mse_")),
            new Shared("cross-entropy at masked positions, nats", false, name -> name.startsWith("ce_masked")),
            new Shared("cross-entropy by refinement step, nats", false, name -> name.startsWith("ce_step_")));

    /**
     * Arranges metrics.
     *
     * @param present names found in the logs
     * @return heading to its charts, in the order of {@link MetricNames}
     */
    static Map<String, List<Panel>> of(Collection<String> present) {
        Map<String, List<Panel>> groups = new LinkedHashMap<>();
        MetricNames.grouped(present).forEach((group, names) -> {
            Map<String, Panel> panels = new LinkedHashMap<>();
            for (String name : names) {
                Shared shared = SHARED.stream()
                        .filter(candidate -> candidate.belongs().test(name))
                        .findFirst()
                        .orElse(new Shared(name, false, name::equals));
                panels.computeIfAbsent(shared.title(), title -> new Panel(title, new ArrayList<>(), shared.log()))
                        .metrics()
                        .add(name);
            }
            List<Panel> arranged = new ArrayList<>();
            for (Panel panel : panels.values()) {
                String title = panel.metrics().size() == 1 ? panel.metrics().get(0) : panel.title();
                arranged.add(new Panel(title, panel.metrics(), panel.log()));
            }
            groups.put(group, arranged);
        });
        return groups;
    }
}
