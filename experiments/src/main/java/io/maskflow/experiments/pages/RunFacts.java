package io.maskflow.experiments.pages;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.report.Headline;
import io.maskflow.experiments.report.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The top of the page: for every run the verdict in a sentence; then one table with a column for each run: when, with which
 * model and seed, how long, how it ended, its best step; and every setting that is not the same in all of them.
 */
final class RunFacts {

    private static final Set<String> SEEDS = Set.of("seed", "training.seed");

    private RunFacts() {}

    /** The markup. */
    static String of(List<RunView> runs) {
        StringBuilder html = new StringBuilder();
        runs.forEach(run -> html.append(sentence(run, runs.size() > 1)));
        html.append("<div class=\"scroll\"><table class=\"facts\" id=\"facts\">\n");
        if (runs.size() > 1) {
            html.append("<tr><th></th>");
            runs.forEach(run -> html.append("<th class=\"text\">")
                    .append(Page.escape(run.name()))
                    .append("</th>"));
            html.append("</tr>\n");
        }
        List<Map<String, String>> facts = runs.stream().map(RunFacts::facts).toList();
        facts.get(0).keySet().forEach(name -> row(html, name, facts, ""));
        List<Map<String, String>> settings = runs.stream()
                .map(run -> leaves("", run.settings(), new LinkedHashMap<>()))
                .toList();
        Set<String> names = new LinkedHashSet<>();
        settings.forEach(tree -> names.addAll(tree.keySet()));
        names.removeAll(SEEDS);
        names.removeIf(
                name -> settings.stream().map(tree -> tree.get(name)).distinct().count() < 2);
        names.forEach(name -> row(html, name, settings, "not set"));
        return html.append("</table></div>\n").toString();
    }

    private static void row(StringBuilder html, String name, List<Map<String, String>> columns, String missing) {
        if (columns.stream().allMatch(column -> column.getOrDefault(name, "").isEmpty())) {
            return;
        }
        html.append("<tr><td>").append(Page.escape(name)).append("</td>");
        columns.forEach(column -> html.append("<td>")
                .append(Page.escape(column.getOrDefault(name, missing)))
                .append("</td>"));
        html.append("</tr>\n");
    }

    private static String sentence(RunView run, boolean named) {
        String of = named ? Page.escape(run.name()) + ": " : "";
        List<Headline.Line> lines = Headline.of(run.summary()).lines();
        if (lines.isEmpty()) {
            String reason = run.summary().equals(Summary.EMPTY)
                    ? "no evaluation yet"
                    : "a learned decoder and one made by hand at equal model calls are not both there";
            return "<p class=\"sentence\">" + of + "no verdict: " + reason + ".</p>\n";
        }
        StringBuilder html = new StringBuilder("<p class=\"sentence\">" + of);
        html.append("<b>")
                .append(Page.escape(lines.get(0).learned()))
                .append("</b> against the best hand-made decoder at equal model calls: <b>")
                .append(Page.escape(Headline.of(run.summary()).sentence()))
                .append("</b>.");
        for (Headline.Line line : lines) {
            html.append(String.format(
                    Locale.ROOT,
                    " <span class=\"verdict %s\">%+.1f points</span> (%+.1f to %+.1f) over %s at %s.",
                    HeadlineSection.kind(line),
                    100 * line.difference(),
                    100 * line.interval().low(),
                    100 * line.interval().high(),
                    Page.escape(line.best()),
                    Page.escape(line.at())));
        }
        return html.append("</p>\n").toString();
    }

    private static Map<String, String> facts(RunView run) {
        JsonNode manifest = run.manifestTree();
        JsonNode settings = run.settings();
        Map<String, String> facts = new LinkedHashMap<>();
        String ended = manifest.path("ended").asText();
        facts.put("status", manifest.path("state").asText() + (ended.isEmpty() ? "" : ", ended by " + ended));
        facts.put("started", manifest.path("started").asText().replace('T', ' ').replace("Z", " UTC"));
        facts.put("duration", duration(manifest.path("seconds").asLong()));
        facts.put("base model", settings.path("backbone").asText());
        facts.put("seed", seeds(manifest, settings));
        facts.put("steps", steps(run, settings));
        facts.put("best step", best(run));
        facts.put("answers per decoder", drawn(run));
        facts.put("device", manifest.path("device").asText());
        facts.put("commit", manifest.path("commit").asText());
        return facts;
    }

    private static String seeds(JsonNode manifest, JsonNode settings) {
        List<String> seeds = new ArrayList<>();
        manifest.path("seeds").forEach(seed -> seeds.add(seed.asText()));
        return seeds.isEmpty() ? settings.path("seed").asText() : String.join(", ", seeds);
    }

    private static String steps(RunView run, JsonNode settings) {
        if (run.metrics().isEmpty()) {
            return "";
        }
        Double last = run.metrics().get(run.metrics().size() - 1).get("step");
        String of = settings.path("steps").asText();
        return last == null ? "" : Headline.number(last) + (of.isEmpty() ? "" : " of " + of);
    }

    /** The step whose policy did best on the validation problems: the first of those with the highest score. */
    private static String best(RunView run) {
        double highest = Double.NEGATIVE_INFINITY;
        String best = "";
        for (Map<String, Double> line : run.metrics()) {
            for (String name : List.of("validation/score", "validation_raw/score")) {
                Double score = line.get(name);
                if (score != null && score > highest && line.get("step") != null) {
                    highest = score;
                    best = String.format(Locale.ROOT, "%s (%s %.3f)", Headline.number(line.get("step")), name, score);
                }
            }
        }
        return best;
    }

    private static String drawn(RunView run) {
        long[] n = LongStream.concat(
                        run.summary().rows().stream().mapToLong(row -> row.n()),
                        run.summary().curves().stream()
                                .flatMap(curve -> curve.points().stream())
                                .mapToLong(point -> point.n()))
                .sorted()
                .distinct()
                .toArray();
        return n.length == 0 ? "" : n.length == 1 ? Long.toString(n[0]) : n[0] + " to " + n[n.length - 1];
    }

    private static String duration(long seconds) {
        return seconds == 0
                ? ""
                : String.format(Locale.ROOT, "%d:%02d:%02d h", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static Map<String, String> leaves(String path, JsonNode tree, Map<String, String> into) {
        if (tree.isObject() && !tree.isEmpty()) {
            tree.properties()
                    .forEach(entry -> leaves(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), into));
        } else if (!path.isEmpty()) {
            into.put(path, Objects.toString(tree.isTextual() ? tree.asText() : tree));
        }
        return into;
    }
}
