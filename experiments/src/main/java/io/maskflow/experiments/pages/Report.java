package io.maskflow.experiments.pages;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code report.html}: first what came out and of which run, then contents; the learned decoder against those made by hand,
 * accuracy against model calls and time, differences, learning curves, the policy's action surface, example answers,
 * settings and manifest; of one run or of several side by side. One file that needs no network.
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
        Set<String> present = new LinkedHashSet<>();
        runs.forEach(run -> run.metrics().forEach(line -> present.addAll(line.keySet())));
        List<String> flat =
                present.stream().filter(name -> CurvePanels.flat(runs, name)).toList();
        List<String> moving =
                present.stream().filter(name -> !flat.contains(name)).toList();
        Map<String, List<CurvePanels.Panel>> panels = CurvePanels.of(moving, runs);
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("Equal calls", each(run -> HeadlineSection.of(run, runs.indexOf(run))));
        sections.put("Accuracy against cost", results());
        sections.put("Differences", differences());
        sections.put("Between runs", BetweenRuns.of(runs));
        sections.put("Training", curves(panels, flat));
        sections.put("What the policy does", surfaces());
        sections.put("Example answers", found(each(ExampleAnswers::of)));
        sections.put(
                "Answers of the training",
                told(
                        "As they were drawn, a few of every step that samples.every names.",
                        each(ExampleAnswers::samples)));
        sections.put(
                "Settings",
                each(run -> details(run.name() + ": config.yaml", run.config())
                        + details(run.name() + ": manifest.json", run.manifest())));
        sections.values().removeIf(String::isEmpty);
        StringBuilder html = new StringBuilder(RunFacts.of(runs));
        html.append("<nav aria-label=\"contents\">");
        sections.keySet().forEach(name -> html.append("<a href=\"#")
                .append(anchor(name))
                .append("\">")
                .append(name)
                .append("</a>"));
        html.append("</nav>\n");
        sections.forEach((name, content) -> html.append("<h2 id=\"")
                .append(anchor(name))
                .append("\">")
                .append(name)
                .append("</h2>\n")
                .append(content));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("panels", panels.values().stream().flatMap(List::stream).toList());
        figures.put("groups", groups);
        figures.put("runs", runs.stream().map(this::figures).toList());
        return Page.of("report", title, html.toString(), figures);
    }

    private static String anchor(String name) {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    private String each(Function<RunView, String> part) {
        return runs.stream().map(part).collect(Collectors.joining());
    }

    private static String told(String about, String content) {
        return content.isEmpty() ? "" : "<p>" + about + "</p>\n" + content;
    }

    private static String found(String answers) {
        return answers.isEmpty()
                ? ""
                : "<label class=\"about\">find <input type=\"search\" id=\"find\" placeholder=\"words of the task\"></label>\n"
                        + answers;
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

    private String results() {
        if (runs.stream().allMatch(run -> run.summary().rows().isEmpty())) {
            return "";
        }
        StringBuilder html = new StringBuilder("<div class=\"charts two\">\n");
        figure(html, "pass@1 against model calls per response position", "frontier", "nfe_over_length");
        figure(html, "pass@1 against seconds per answer", "frontier", "seconds");
        html.append(
                        "</div>\n<p>Both horizontal axes are logarithmic; whiskers are 95 % Wilson intervals, n is the number of")
                .append(
                        " answers behind a dot, the lines join the budgets of a decoder. Click a name to hide it.</p>\n");
        runs.stream()
                .filter(run -> !run.summary().rows().isEmpty())
                .forEach(run ->
                        html.append(ResultTables.rows(run.name(), run.summary().rows())));
        return html.toString();
    }

    private String differences() {
        StringBuilder html = new StringBuilder();
        for (int r = 0; r < runs.size(); r++) {
            if (!runs.get(r).summary().pairs().isEmpty()) {
                html.append("<label class=\"about\">")
                        .append(Page.escape(runs.get(r).name()))
                        .append(", against <select data-reference=\"")
                        .append(r)
                        .append("\"></select></label>\n");
                figure(html, runs.get(r).name() + ": differences to the reference", "forest", Integer.toString(r));
                html.append(ResultTables.pairs(
                        runs.get(r).name(), runs.get(r).summary().pairs()));
            }
        }
        return told(
                "Paired on the same problems and seeds, in points of pass@1, with 95 % bootstrap intervals (problems as"
                        + " clusters). Filled: p &lt; .05 after Holm's correction.",
                html.toString());
    }

    static void figure(StringBuilder html, String caption, String kind, String of) {
        figure(html, caption, "<span>" + Page.escape(caption) + "</span>", kind, of, "");
    }

    private static void figure(
            StringBuilder html, String name, String caption, String kind, String of, String attributes) {
        html.append("<figure")
                .append(attributes)
                .append("><figcaption data-name=\"")
                .append(Page.escape(name))
                .append("\">")
                .append(caption)
                .append("</figcaption><div class=\"plot ")
                .append(kind)
                .append("\" role=\"img\" aria-label=\"")
                .append(Page.escape(name))
                .append("\" data-")
                .append(kind)
                .append("=\"")
                .append(Page.escape(of))
                .append("\"></div></figure>\n");
    }

    private String curves(Map<String, List<CurvePanels.Panel>> panels, List<String> flat) {
        if (runs.stream().allMatch(run -> run.metrics().isEmpty())) {
            return "";
        }
        StringBuilder html = new StringBuilder(CONTROLS);
        int number = 0;
        for (Map.Entry<String, List<CurvePanels.Panel>> group : panels.entrySet()) {
            List<CurvePanels.Panel> here = group.getValue();
            html.append("<details class=\"group\"")
                    .append(number == 0 ? " open" : "")
                    .append("><summary id=\"")
                    .append(anchor(group.getKey()))
                    .append("\">")
                    .append(Page.escape(group.getKey()))
                    .append(" (")
                    .append(here.size())
                    .append(here.size() == 1 ? " chart" : " charts")
                    .append(")</summary><div class=\"charts\">\n");
            for (CurvePanels.Panel panel : here) {
                panel(html, panel, Integer.toString(number++));
            }
            if (here.stream().anyMatch(panel -> panel.metrics().contains("omega_s"))) {
                figure(html, "feedback weight over entropy, first and last step", "feedback", "omega");
            }
            html.append("</div></details>\n");
        }
        List<String> still = flat.stream().filter(name -> !name.equals("step")).toList();
        if (!still.isEmpty()) {
            html.append("<details class=\"group\"><summary id=\"unchanging\">Unchanging (")
                    .append(still.size())
                    .append(")</summary><div class=\"scroll\"><table>\n<tr><th>metric</th>");
            runs.forEach(
                    run -> html.append("<th>").append(Page.escape(run.name())).append("</th>"));
            html.append("<th class=\"text\">meaning</th></tr>\n");
            still.forEach(name -> unchanging(html, name));
            html.append("</table></div></details>\n");
        }
        return html.toString();
    }

    private static void panel(StringBuilder html, CurvePanels.Panel panel, String number) {
        String names = panel.metrics().stream().map(Report::explained).collect(Collectors.joining(", "));
        String caption = panel.metrics().size() == 1 ? names : Page.escape(panel.title()) + ": " + names;
        figure(
                html,
                panel.title(),
                "<span>" + caption + "</span>",
                "panel",
                number,
                searched(panel.title() + " " + String.join(" ", panel.metrics())));
    }

    private void unchanging(StringBuilder html, String name) {
        html.append("<tr")
                .append(searched(name))
                .append("><td>")
                .append(explained(name))
                .append("</td>");
        for (RunView run : runs) {
            html.append("<td>")
                    .append(run.metrics().stream()
                            .map(line -> line.get(name))
                            .filter(Objects::nonNull)
                            .findFirst()
                            .map(value -> new BigDecimal(value)
                                    .round(new MathContext(6))
                                    .stripTrailingZeros()
                                    .toPlainString())
                            .orElse(""))
                    .append("</td>");
        }
        html.append("<td class=\"meaning\">")
                .append(Page.escape(MEANINGS.of(name)))
                .append("</td></tr>\n");
    }

    private static String searched(String words) {
        return " data-metrics=\"" + Page.escape(words.toLowerCase(Locale.ROOT)) + "\"";
    }

    /** A metric's name that says what it means. */
    private static String explained(String metric) {
        return "<abbr tabindex=\"0\" title=\"" + Page.escape(MEANINGS.of(metric)) + "\">" + Page.escape(metric)
                + "</abbr>";
    }

    private String surfaces() {
        if (runs.stream().allMatch(run -> run.surfaces().isEmpty())) {
            return "";
        }
        StringBuilder html = new StringBuilder(SCENE);
        for (int r = 0; r < runs.size(); r++) {
            for (int s = 0; s < runs.get(r).surfaces().size(); s++) {
                PolicySurface surface = runs.get(r).surfaces().get(s);
                figure(html, runs.get(r).name() + ", budget " + surface.budget(), "surface", r + " " + s);
            }
        }
        return html.append("</div>\n").toString();
    }

    private static String details(String what, String text) {
        return text.isEmpty()
                ? ""
                : "<details><summary>" + Page.escape(what) + "</summary><pre>" + Page.escape(text)
                        + "</pre></details>\n";
    }

    private static final MetricMeanings MEANINGS = new MetricMeanings(Page.resource("METRICS.md"));

    private static final String CONTROLS =
            """
            <div class="controls">
              <label>metric <input type="search" id="metric" size="14" placeholder="part of a name"></label>
              <label>smoothing <input type="range" id="smoothing" min="0" max="30" value="6"></label>
              <label>along <select id="along"><option value="step">steps</option><option value="elapsed">wall time</option></select></label>
              <label><input type="checkbox" id="log"> logarithmic</label>
            </div>
            <p>Strong: the mean over so many neighbouring steps as the slider says; pale: the steps themselves. Runs that differ
            only in their seed share a colour, pale each of them, strong their mean. Dashed lines across: what decoders made by
            hand solve in the closing evaluation, at that budget, or with their dial set to so many calls (of the problems that
            dials are set on). Draw a box (the icon at the top right of a chart), or turn the wheel with Ctrl held, to zoom in.
            Point at a name, or press it, for its meaning.</p>
            """;

    private static final String SCENE =
            """
            <p>Expected step fraction over the model's confidence and the token's progress, in a row whose open tokens are spread
            evenly over all confidences.</p>
            <label class="about">step of the decoding <input type="range" id="moment" min="0" max="4" value="0">
            <output id="when"></output></label>
            <div class="charts">
            """;
}
