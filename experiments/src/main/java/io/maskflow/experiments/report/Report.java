package io.maskflow.experiments.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * {@code report.html}: curves, the table of results with intervals, the paired comparisons, settings and manifest, of one
 * run or of several side by side. One file that needs no network: the plotting library is inside it.
 */
public final class Report {

    private static final String POM = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";

    private final List<Run> runs;

    private Report(List<Run> runs) {
        this.runs = runs;
    }

    /** What of a run folder is there. */
    private record Run(
            String name, List<Map<String, Double>> metrics, Summary summary, String config, String manifest) {}

    /**
     * Reads run folders. Parts that a run has not written are left out of the page.
     *
     * @param folders at least one
     * @throws ConfigurationException if a folder holds nothing to show
     */
    public static Report of(List<RunFolder> folders) {
        Set<String> taken = new LinkedHashSet<>();
        List<Run> runs = new ArrayList<>();
        for (RunFolder folder : folders) {
            String last =
                    folder.path().toAbsolutePath().normalize().getFileName().toString();
            runs.add(run(folder, taken.add(last) ? last : folder.path().toString()));
        }
        return new Report(runs);
    }

    private static Run run(RunFolder folder, String name) {
        Summary summary =
                Files.exists(folder.summary()) ? Summary.read(folder.summary()) : new Summary(0, List.of(), List.of());
        Run run = new Run(
                name,
                MetricsLog.read(folder.metrics()),
                summary,
                textOrEmpty(folder.config()),
                textOrEmpty(folder.manifest()));
        if (run.metrics().isEmpty() && summary.rows().isEmpty() && run.config().isEmpty()) {
            throw new ConfigurationException("RUN must be the folder of a run, was " + folder.path()
                    + " which holds no metrics.jsonl, summary.json" + " or config.yaml");
        }
        return run;
    }

    private static String textOrEmpty(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Writes the page. */
    public void write(Path file) {
        DurableFile.write(file, page());
    }

    String page() {
        String title = String.join(", ", runs.stream().map(Run::name).toList());
        StringBuilder html = new StringBuilder();
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(escape(title))
                .append("</title>\n<style>\n")
                .append(resource("report.css"))
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(escape(title))
                .append("</h1>\n<p>made by maskflow; the metrics are explained in docs/METRICS.md. Long curves: pale the single steps, strong the mean of those around</p>\n");
        results(html);
        curves(html);
        settings(html);
        html.append("<script type=\"application/json\" id=\"data\">")
                .append(data())
                .append("</script>\n<script>")
                .append(library())
                .append("</script>\n<script>\n")
                .append(resource("report.js"))
                .append("</script>\n</body>\n</html>\n");
        return html.toString();
    }

    private void results(StringBuilder html) {
        if (runs.stream().allMatch(run -> run.summary().rows().isEmpty())) {
            return;
        }
        html.append("<h2>Accuracy against model calls</h2>\n<figure class=\"wide\"><div class=\"plot\">")
                .append(
                        "<canvas role=\"img\" aria-label=\"pass@1 against model calls per response position, by decoder; the")
                .append(" table below has the figures\"></canvas></div></figure>\n");
        for (Run run : runs) {
            if (!run.summary().rows().isEmpty()) {
                rows(html, run);
                pairs(html, run);
            }
        }
    }

    private static void rows(StringBuilder html, Run run) {
        html.append("<p class=\"about\">")
                .append(escape(run.name()))
                .append(": share of problems solved, 95 % Wilson interval; the best of each budget is marked</p>\n")
                .append("<div class=\"scroll\"><table>\n<tr><th>decoder</th><th>budget</th><th>n</th><th>pass@1</th><th>95 %</th><th>pass rate</th>")
                .append("<th>NFE</th><th>NFE/N</th><th>tokens per call</th><th>s</th><th>no verdict</th></tr>\n");
        for (Summary.Row row : run.summary().rows()) {
            boolean best = row.passAt1() > 0 && run.summary().rows().stream()
                    .filter(other -> other.budget().equals(row.budget()))
                    .allMatch(other -> other.passAt1() <= row.passAt1());
            html.append(best ? "<tr class=\"best\"><td>" : "<tr><td>")
                    .append(escape(row.decoder()))
                    .append(String.format(
                            Locale.ROOT,
                            "</td><td>%s</td><td>%d</td><td>%.1f %%</td><td>%.1f to %.1f</td><td>%.3f</td><td>%.1f</td>"
                                    + "<td>%.3f</td><td>%.2f</td><td>%.3f</td><td>%d</td></tr>%n",
                            escape(row.budget()),
                            row.n(),
                            100 * row.passAt1(),
                            100 * row.wilson().low(),
                            100 * row.wilson().high(),
                            row.passRate(),
                            row.nfeMean(),
                            row.nfeOverLength(),
                            row.tpf(),
                            row.seconds(),
                            row.noVerdict()));
        }
        html.append("</table></div>\n");
    }

    private static void pairs(StringBuilder html, Run run) {
        if (run.summary().pairs().isEmpty()) {
            return;
        }
        html.append("<details><summary>Paired comparisons (")
                .append(run.summary().pairs().size())
                .append(
                        ")</summary><p class=\"about\">same problems and seeds; exact McNemar test, Holm's correction over")
                .append(" this table, bootstrap interval with problems as clusters</p>")
                .append("<div class=\"scroll\"><table>\n<tr><th>first</th>")
                .append(
                        "<th class=\"text\">second</th><th>budget</th><th>n</th><th>won</th><th>lost</th><th>difference</th>")
                .append("<th>95 %</th><th>p</th><th>p (Holm)</th></tr>\n");
        for (Summary.Pair pair : run.summary().pairs()) {
            html.append("<tr><td>")
                    .append(escape(pair.first()))
                    .append("</td><td class=\"text\">")
                    .append(escape(pair.second()))
                    .append(String.format(
                            Locale.ROOT,
                            "</td><td>%s</td><td>%d</td><td>%d</td><td>%d</td><td>%+.1f</td><td>%+.1f to %+.1f</td>"
                                    + "<td>%.2g</td><td>%.2g</td></tr>%n",
                            escape(pair.budget()),
                            pair.n(),
                            pair.wins(),
                            pair.losses(),
                            100 * pair.difference(),
                            100 * pair.interval().low(),
                            100 * pair.interval().high(),
                            pair.p(),
                            pair.pHolm()));
        }
        html.append("</table></div></details>\n");
    }

    private void curves(StringBuilder html) {
        Set<String> present = new LinkedHashSet<>();
        runs.forEach(run -> run.metrics().forEach(line -> present.addAll(line.keySet())));
        MetricNames.grouped(present).forEach((group, names) -> {
            html.append("<h2>").append(group).append("</h2>\n<div class=\"charts\">\n");
            for (String name : names) {
                html.append("<figure><figcaption>")
                        .append(escape(name))
                        .append("</figcaption><div class=\"plot\"><canvas role=\"img\" aria-label=\"")
                        .append(escape(name))
                        .append(" by training step\" data-metric=\"")
                        .append(escape(name))
                        .append("\"></canvas></div></figure>\n");
            }
            html.append("</div>\n");
        });
    }

    private void settings(StringBuilder html) {
        html.append("<h2>Settings</h2>\n");
        for (Run run : runs) {
            details(html, run.name() + ": config.yaml", run.config());
            details(html, run.name() + ": manifest.json", run.manifest());
        }
    }

    private static void details(StringBuilder html, String what, String text) {
        if (!text.isEmpty()) {
            html.append("<details><summary>")
                    .append(escape(what))
                    .append("</summary><pre>")
                    .append(escape(text))
                    .append("</pre></details>\n");
        }
    }

    /** Figures for the charts; {@code <} is escaped, so that no text can end the script element. */
    private String data() {
        ObjectNode root = JsonLines.MAPPER.createObjectNode();
        ArrayNode array = root.putArray("runs");
        for (Run run : runs) {
            ObjectNode node = array.addObject();
            node.put("name", run.name());
            node.set("metrics", JsonLines.MAPPER.valueToTree(run.metrics()));
            node.set("rows", JsonLines.MAPPER.valueToTree(run.summary().rows()));
        }
        try {
            return JsonLines.MAPPER.writeValueAsString(root).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures cannot be written", e);
        }
    }

    private static String library() {
        Properties pom = new Properties();
        try (InputStream in = Report.class.getResourceAsStream(POM)) {
            pom.load(in);
        } catch (IOException | NullPointerException e) {
            throw new IllegalStateException("the plotting library is not on the class path", e);
        }
        return read("/META-INF/resources/webjars/chart.js/" + pom.getProperty("version") + "/dist/chart.umd.min.js")
                .replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    /** A text that stands beside this class. */
    static String resource(String name) {
        return read("/io/maskflow/experiments/report/" + name);
    }

    private static String read(String resource) {
        try (InputStream in = Report.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
