package io.maskflow.experiments.pages;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code report.html}: accuracy against model calls and time, tables with intervals, differences to a reference decoder,
 * learning curves, the policy's action surface, example answers, settings and manifest; of one run or of several side by
 * side. One file that needs no network.
 */
public final class Report {

    private final List<RunView> runs;

    private Report(List<RunView> runs) {
        this.runs = runs;
    }

    /**
     * Reads run folders. Parts that a run has not written are left out of the page.
     *
     * @param folders at least one
     * @throws ConfigurationException if a folder holds nothing to show
     */
    public static Report of(List<RunFolder> folders) {
        Set<String> taken = new LinkedHashSet<>();
        List<RunView> runs = new ArrayList<>();
        for (RunFolder folder : folders) {
            String last =
                    folder.path().toAbsolutePath().normalize().getFileName().toString();
            runs.add(RunView.of(folder, taken.add(last) ? last : folder.path().toString()));
        }
        return new Report(runs);
    }

    /** Writes the page. */
    public void write(Path file) {
        DurableFile.write(file, page());
    }

    String page() {
        List<RunGroup> groups = RunGroup.of(runs);
        String title = String.join("; ", groups.stream().map(RunGroup::name).toList());
        StringBuilder html = new StringBuilder();
        runs.forEach(run -> html.append(HeadlineSection.of(run, runs.indexOf(run))));
        results(html);
        Map<String, List<CurvePanels.Panel>> panels = panels();
        surfaces(html);
        curves(html, panels);
        answers(html);
        samples(html);
        settings(html);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("panels", panels.values().stream().flatMap(List::stream).toList());
        figures.put("groups", groups);
        figures.put("runs", runs.stream().map(this::figures).toList());
        return Page.of("report", title, html.toString(), figures, "curves.js");
    }

    private Map<String, Object> figures(RunView run) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", run.name());
        figures.put("metrics", Curves.of(run.metrics(), runs.size()));
        figures.put("rows", run.summary().rows());
        figures.put("pairs", run.summary().pairs());
        figures.put("reference", run.summary().reference());
        figures.put("hand_made", run.summary().handMade());
        figures.put("curves", run.summary().curves());
        figures.put("surfaces", run.surfaces());
        return figures;
    }

    private Map<String, List<CurvePanels.Panel>> panels() {
        Set<String> present = new LinkedHashSet<>();
        runs.forEach(run -> run.metrics().forEach(line -> present.addAll(line.keySet())));
        return CurvePanels.of(present);
    }

    private void results(StringBuilder html) {
        if (runs.stream().allMatch(run -> run.summary().rows().isEmpty())) {
            return;
        }
        html.append("<h2>Accuracy against cost</h2>\n<div class=\"charts two\">\n");
        figure(html, "pass@1 against model calls per response position", "frontier", "nfe_over_length");
        figure(html, "pass@1 against seconds per answer", "frontier", "seconds");
        html.append(
                        "</div>\n<p>Both horizontal axes are logarithmic; whiskers are 95 % Wilson intervals, the lines join")
                .append(
                        " the budgets of a decoder. Dots with the same number of calls are set a little apart. Click a name"
                                + " to hide it.</p>\n");
        for (RunView run : runs) {
            if (!run.summary().rows().isEmpty()) {
                html.append(ResultTables.rows(run.name(), run.summary().rows()));
            }
        }
        if (runs.stream().allMatch(run -> run.summary().pairs().isEmpty())) {
            return;
        }
        html.append("<h2>Differences</h2>\n<p>Paired on the same problems and seeds, in points of pass@1, with 95 %")
                .append(
                        " bootstrap intervals (problems as clusters). Filled: p &lt; .05 after Holm's correction.</p>\n");
        for (int r = 0; r < runs.size(); r++) {
            if (!runs.get(r).summary().pairs().isEmpty()) {
                html.append("<label class=\"about\">")
                        .append(Page.escape(runs.get(r).name()))
                        .append(", against <select data-reference=\"")
                        .append(r)
                        .append("\"></select></label>\n");
                figure(html, "", "forest", Integer.toString(r));
                html.append(ResultTables.pairs(
                        runs.get(r).name(), runs.get(r).summary().pairs()));
            }
        }
    }

    private static void figure(StringBuilder html, String caption, String kind, String of) {
        String told =
                caption.isEmpty() ? "differences to the reference decoder; the table below has the figures" : caption;
        html.append("<figure>")
                .append(caption.isEmpty() ? "" : "<figcaption>" + Page.escape(caption) + "</figcaption>")
                .append("<div class=\"plot ")
                .append(kind)
                .append("\"><canvas role=\"img\" aria-label=\"")
                .append(Page.escape(told))
                .append("\" data-")
                .append(kind)
                .append("=\"")
                .append(Page.escape(of))
                .append("\"></canvas></div></figure>\n");
    }

    private void curves(StringBuilder html, Map<String, List<CurvePanels.Panel>> panels) {
        int number = 0;
        for (Map.Entry<String, List<CurvePanels.Panel>> group : panels.entrySet()) {
            html.append("<h2>").append(Page.escape(group.getKey())).append("</h2>\n<div class=\"charts\">\n");
            for (CurvePanels.Panel panel : group.getValue()) {
                figure(html, panel.title(), "panel", Integer.toString(number++));
            }
            if (panelsOfFeedback(group.getValue())) {
                figure(html, "feedback weight over entropy, first and last step", "feedback", "omega");
            }
            html.append("</div>\n");
        }
        if (number > 0) {
            html.append(
                            "<p>By training step; every name is explained in docs/METRICS.md. Pale: single steps, strong: the")
                    .append(
                            " mean of those around. Runs that differ only in their seed share a colour: pale each of them,")
                    .append(" strong their mean. Click a name to hide it.</p>\n");
        }
    }

    private static boolean panelsOfFeedback(List<CurvePanels.Panel> panels) {
        return panels.stream().anyMatch(panel -> panel.metrics().contains("omega_s"));
    }

    private void surfaces(StringBuilder html) {
        if (runs.stream().allMatch(run -> run.surfaces().isEmpty())) {
            return;
        }
        html.append(
                        "<h2>What the policy does</h2>\n<p>Expected step fraction over the model's confidence and the token's")
                .append(
                        " progress, in a row whose open tokens are spread evenly over all confidences (docs/PAGES.md).</p>")
                .append("\n<div class=\"legend\"><span id=\"low\"></span><i id=\"ramp\"></i><span>a = 1</span>")
                .append(
                        "</div>\n<label class=\"about\">step of the decoding <input type=\"range\" id=\"moment\" min=\"0\"")
                .append(" max=\"4\" value=\"0\"> <output id=\"when\"></output></label>\n<div class=\"charts\">\n");
        for (int r = 0; r < runs.size(); r++) {
            for (int s = 0; s < runs.get(r).surfaces().size(); s++) {
                PolicySurface surface = runs.get(r).surfaces().get(s);
                figure(html, runs.get(r).name() + ", budget " + surface.budget(), "surface", r + " " + s);
            }
        }
        html.append("</div>\n");
    }

    private void answers(StringBuilder html) {
        StringBuilder examples = new StringBuilder();
        runs.forEach(run -> examples.append(ExampleAnswers.of(run)));
        if (!examples.isEmpty()) {
            html.append("<h2>Example answers</h2>\n<label class=\"about\">find <input type=\"search\" id=\"find\"")
                    .append(" placeholder=\"words of the task\"></label>\n")
                    .append(examples);
        }
    }

    private void samples(StringBuilder html) {
        StringBuilder answers = new StringBuilder();
        runs.forEach(run -> answers.append(TrainingSamples.of(run)));
        if (!answers.isEmpty()) {
            html.append(
                            "<h2>Answers of the training</h2>\n<p class=\"about\">As they were drawn, a few of every step that")
                    .append(" samples.every names (samples.jsonl).</p>\n")
                    .append(answers);
        }
    }

    private void settings(StringBuilder html) {
        html.append("<h2>Settings</h2>\n");
        for (RunView run : runs) {
            details(html, run.name() + ": config.yaml", run.config());
            details(html, run.name() + ": manifest.json", run.manifest());
        }
    }

    private static void details(StringBuilder html, String what, String text) {
        if (!text.isEmpty()) {
            html.append("<details><summary>")
                    .append(Page.escape(what))
                    .append("</summary><pre>")
                    .append(Page.escape(text))
                    .append("</pre></details>\n");
        }
    }
}
