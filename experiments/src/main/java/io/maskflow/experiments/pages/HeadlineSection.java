package io.maskflow.experiments.pages;

import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.report.Headline;
import io.maskflow.experiments.report.Summary;
import java.util.List;
import java.util.Locale;

/** The learned decoder against the best hand-made one at equal calls, line by line, and the curves behind it. */
final class HeadlineSection {

    private HeadlineSection() {}

    /**
     * The markup; empty if the run has neither.
     *
     * @param run the run
     * @param number its place on the page, from 0
     */
    static String of(RunView run, int number) {
        StringBuilder html = new StringBuilder();
        Headline headline = Headline.of(run.summary());
        if (!headline.lines().isEmpty()) {
            lines(html, run.name(), headline);
        }
        if (!run.summary().curves().isEmpty()) {
            Report.figure(
                    html, run.name() + ": problems solved against mean model calls per answer", "curve", "" + number);
            html.append(
                            "<p>Every dot is a value of a decoder's dial (point at it); higher and further left is better. The")
                    .append(
                            " whiskers are 95 % intervals, problems as clusters; n is the number of answers behind a dot.")
                    .append(" Click a name to hide it.</p>\n");
            equalCalls(html, run.summary());
            points(html, run.summary().curves());
        }
        return html.toString();
    }

    private static void lines(StringBuilder html, String name, Headline headline) {
        html.append("<p class=\"about\">")
                .append(Page.escape(name))
                .append(": ")
                .append(Page.escape(headline.lines().get(0).learned()))
                .append(" less the best hand-made decoder, at equal model calls")
                .append("</p>\n<div class=\"scroll\"><table>\n<tr><th>at</th><th>difference</th><th>95 %</th>")
                .append(
                        "<th class=\"text\">verdict</th><th>learned</th><th>calls</th><th class=\"text\">best hand-made</th>")
                .append("<th>solved</th><th>calls</th><th>p (Holm)</th></tr>\n");
        for (Headline.Line line : headline.lines()) {
            html.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%+.1f</td><td>%+.1f to %+.1f</td><td class=\"text verdict %s\">%s</td>"
                            + "<td>%.1f %%</td><td>%.1f</td><td class=\"text\">%s</td><td>%.1f %%</td><td>%.1f</td>"
                            + "<td>%.2g</td></tr>%n",
                    Page.escape(line.at()),
                    100 * line.difference(),
                    100 * line.interval().low(),
                    100 * line.interval().high(),
                    kind(line),
                    line.verdict(),
                    100 * line.passed(),
                    line.calls(),
                    Page.escape(line.best()),
                    100 * line.bestPassed(),
                    line.bestCalls(),
                    line.pHolm()));
        }
        html.append("</table></div>\n");
    }

    /** The class that colours a verdict. */
    static String kind(Headline.Line line) {
        return line.verdict().equals("ahead") ? "good" : line.verdict().equals("behind") ? "bad" : "none";
    }

    private static void equalCalls(StringBuilder html, Summary summary) {
        EqualCalls equal = summary.equalCalls();
        List<Double> calls =
                equal.rows().stream().map(EqualCalls.Row::calls).distinct().toList();
        if (calls.isEmpty()) {
            return;
        }
        html.append(
                        "<p class=\"about\">Percent solved with dials set on other problems to so many calls on average; the best")
                .append(
                        " of each column is marked. AUP and dominated area: docs/STATISTICS.md</p>\n<div class=\"scroll\">")
                .append("<table>\n<tr><th>decoder</th>");
        calls.forEach(c -> html.append("<th>").append(Headline.number(c)).append("</th>"));
        html.append("<th>AUP</th><th>area</th></tr>\n");
        for (CallCurve curve : summary.curves()) {
            html.append("<tr><td>").append(Page.escape(label(curve))).append("</td>");
            for (double c : calls) {
                html.append(equal.row(curve.decoder(), curve.budget(), c)
                        .map(row -> String.format(
                                Locale.ROOT,
                                best(equal, row) ? "<td class=\"top\">%.1f</td>" : "<td>%.1f</td>",
                                100 * row.passAt1()))
                        .orElse("<td></td>"));
            }
            html.append(String.format(
                    Locale.ROOT, "<td>%.1f</td><td>%.3f</td></tr>%n", curve.aup(), curve.dominatedArea()));
        }
        html.append("</table></div>\n");
    }

    private static boolean best(EqualCalls equal, EqualCalls.Row row) {
        return equal.rows().stream()
                .filter(other -> other.calls() == row.calls() && other.budget().equals(row.budget()))
                .allMatch(other -> other.passAt1() <= row.passAt1());
    }

    private static void points(StringBuilder html, List<CallCurve> curves) {
        html.append(
                        "<details><summary>every point of the curves</summary><div class=\"scroll\"><table>\n<tr><th>decoder</th>")
                .append(
                        "<th class=\"text\">dial</th><th>value</th><th>n</th><th>solved</th><th>95 %</th><th>calls</th>")
                .append("<th>TPF</th></tr>\n");
        for (CallCurve curve : curves) {
            for (CallCurve.Point point : curve.points()) {
                html.append(String.format(
                        Locale.ROOT,
                        "<tr><td>%s</td><td class=\"text\">%s</td><td>%s</td><td>%d</td><td>%.1f %%</td>"
                                + "<td>%.1f to %.1f</td><td>%.1f</td><td>%.2f</td></tr>%n",
                        Page.escape(label(curve)),
                        Page.escape(curve.dialName()),
                        Headline.number(point.dial()),
                        point.n(),
                        100 * point.passAt1(),
                        100 * point.low(),
                        100 * point.high(),
                        point.nfeMean(),
                        point.tpf()));
            }
        }
        html.append("</table></div></details>\n");
    }

    private static String label(CallCurve curve) {
        return curve.budget().equals("1/1") ? curve.decoder() : curve.decoder() + " within " + curve.budget();
    }
}
