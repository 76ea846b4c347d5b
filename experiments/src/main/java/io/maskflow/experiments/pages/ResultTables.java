package io.maskflow.experiments.pages;

import io.maskflow.experiments.report.Summary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The rows and the pairs of a summary as tables. */
final class ResultTables {

    private ResultTables() {}

    static String rows(String name, List<Summary.Row> rows) {
        boolean several = rows.stream().anyMatch(row -> row.bySeed().size() > 1);
        StringBuilder html = new StringBuilder("<p class=\"about\">");
        html.append(Page.escape(name))
                .append(
                        ": pass@1 is the share of answers that pass all asserts, with its 95 % Wilson interval; n: answers judged; the best of each budget is marked. TPF: tokens per")
                .append(" model call; s: seconds per answer; n. v.: answers without a verdict</p>\n")
                .append("<div class=\"scroll\"><table>\n<tr><th>decoder</th><th>budget</th><th>n</th><th>pass@1</th>")
                .append("<th>95 %</th>")
                .append(several ? "<th>by seed, sd</th><th>pass@k</th>" : "")
                .append("<th>asserts passed</th><th>NFE</th><th>NFE/N</th><th>TPF</th><th>s</th>")
                .append("<th>n. v.</th></tr>\n");
        for (Summary.Row row : rows) {
            boolean best = row.passAt1() > 0
                    && rows.stream()
                            .filter(other -> other.budget().equals(row.budget()))
                            .allMatch(other -> other.passAt1() <= row.passAt1());
            html.append(best ? "<tr class=\"best\"><td>" : "<tr><td>")
                    .append(Page.escape(row.decoder()))
                    .append(String.format(
                            Locale.ROOT,
                            "</td><td>%s</td><td>%d</td><td>%.1f %%</td><td>%.1f to %.1f</td>%s<td>%.3f</td><td>%.1f</td>"
                                    + "<td>%.3f</td><td>%.2f</td><td>%.3f</td><td>%d</td></tr>%n",
                            Page.escape(row.budget()),
                            row.n(),
                            100 * row.passAt1(),
                            100 * row.wilson().low(),
                            100 * row.wilson().high(),
                            several ? seeds(row) : "",
                            row.passRate(),
                            row.nfeMean(),
                            row.nfeOverLength(),
                            row.tpf(),
                            row.seconds(),
                            row.noVerdict()));
        }
        return html.append("</table></div>\n").toString();
    }

    /** Two cells: every seed with their deviation where they differ, pass@k for the largest k. */
    private static String seeds(Summary.Row row) {
        if (row.bySeed().values().stream().distinct().count() < 2) {
            return "<td></td><td></td>";
        }
        String each = row.bySeed().values().stream()
                .map(share -> String.format(Locale.ROOT, "%.1f", 100 * share))
                .collect(Collectors.joining(" "));
        String best = row.passAtK().keySet().stream()
                .max(Integer::compare)
                .map(k -> String.format(
                        Locale.ROOT, "%d: %.1f", k, 100 * row.passAtK().get(k)))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "<td>%s; %.1f</td><td>%s</td>",
                each,
                100 * row.overSeeds().deviation(),
                best);
    }

    static String pairs(String name, List<Summary.Pair> pairs) {
        StringBuilder html = new StringBuilder("<details><summary>");
        html.append(Page.escape(name))
                .append(": all ")
                .append(pairs.size())
                .append(" paired comparisons</summary><p class=\"about\">same problems and seeds; exact McNemar test,")
                .append(" Holm's correction over this table, bootstrap interval with problems as clusters</p>")
                .append("<div class=\"scroll\"><table>\n<tr><th>first</th>")
                .append("<th class=\"text\">second</th><th>budget</th><th>n</th><th>won</th><th>lost</th>")
                .append("<th>difference</th><th>95 %</th><th>p</th><th>p (clustered)</th><th>p (Holm)</th></tr>\n");
        for (Summary.Pair pair : pairs) {
            html.append("<tr><td>")
                    .append(Page.escape(pair.first()))
                    .append("</td><td class=\"text\">")
                    .append(Page.escape(pair.second()))
                    .append(String.format(
                            Locale.ROOT,
                            "</td><td>%s</td><td>%d</td><td>%d</td><td>%d</td><td>%+.1f</td><td>%+.1f to %+.1f</td>"
                                    + "<td>%.2g</td><td>%.2g</td><td>%.2g</td></tr>%n",
                            Page.escape(pair.budget()),
                            pair.n(),
                            pair.wins(),
                            pair.losses(),
                            100 * pair.difference(),
                            100 * pair.interval().low(),
                            100 * pair.interval().high(),
                            pair.p(),
                            pair.pClustered(),
                            pair.pHolm()));
        }
        return html.append("</table></div></details>\n").toString();
    }
}
