package io.maskflow.experiments.pages;

import io.maskflow.experiments.report.Summary;
import java.util.List;
import java.util.Locale;

/** The rows and the pairs of a summary as tables. */
final class ResultTables {

    private ResultTables() {}

    static String rows(String name, List<Summary.Row> rows) {
        StringBuilder html = new StringBuilder("<p class=\"about\">");
        html.append(Page.escape(name))
                .append(": share of problems solved, 95 % Wilson interval; the best of each budget is marked</p>\n")
                .append("<div class=\"scroll\"><table>\n<tr><th>decoder</th><th>budget</th><th>n</th><th>pass@1</th>")
                .append("<th>95 %</th><th>pass rate</th><th>NFE</th><th>NFE/N</th><th>tokens per call</th><th>s</th>")
                .append("<th>no verdict</th></tr>\n");
        for (Summary.Row row : rows) {
            boolean best = row.passAt1() > 0 && rows.stream()
                    .filter(other -> other.budget().equals(row.budget()))
                    .allMatch(other -> other.passAt1() <= row.passAt1());
            html.append(best ? "<tr class=\"best\"><td>" : "<tr><td>")
                    .append(Page.escape(row.decoder()))
                    .append(String.format(
                            Locale.ROOT,
                            "</td><td>%s</td><td>%d</td><td>%.1f %%</td><td>%.1f to %.1f</td><td>%.3f</td><td>%.1f</td>"
                                    + "<td>%.3f</td><td>%.2f</td><td>%.3f</td><td>%d</td></tr>%n",
                            Page.escape(row.budget()),
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
        return html.append("</table></div>\n").toString();
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
