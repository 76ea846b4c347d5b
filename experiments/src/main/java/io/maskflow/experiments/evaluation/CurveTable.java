package io.maskflow.experiments.evaluation;

import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.report.Headline;
import io.maskflow.experiments.report.Summary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The learned decoder against the best hand-made one, decoders at equal calls, and curves, as text for a terminal. */
final class CurveTable {

    private CurveTable() {}

    /** What is said first; empty if nothing was learned. */
    static String headline(Summary summary) {
        Headline headline = Headline.of(summary);
        if (headline.lines().isEmpty()) {
            return "";
        }
        String learned = headline.lines().get(0).learned();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%s less the best hand-made decoder at equal calls: %s%n",
                learned,
                headline.sentence()));
        for (Headline.Line line : headline.lines()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-11s %+5.1f [%+5.1f, %+5.1f] %-12s %5.1f @ %4.1f, %s %.1f @ %.1f, p %s%n",
                    line.at(),
                    100 * line.difference(),
                    100 * line.interval().low(),
                    100 * line.interval().high(),
                    line.verdict(),
                    100 * line.passed(),
                    line.calls(),
                    line.best(),
                    100 * line.bestPassed(),
                    line.bestCalls(),
                    probability(line.pHolm())));
        }
        return text.toString();
    }

    /** Decoders at equal calls, a column for each number; then every curve. */
    static String of(Summary summary) {
        StringBuilder text = new StringBuilder();
        EqualCalls equal = summary.equalCalls();
        List<Double> calls =
                equal.rows().stream().map(EqualCalls.Row::calls).distinct().toList();
        int width =
                summary.curves().stream().mapToInt(c -> name(c).length()).max().orElse(0);
        if (!calls.isEmpty()) {
            String corner = "passed % at mean calls";
            width = Math.max(width, corner.length());
            text.append(String.format(Locale.ROOT, "%n%-" + width + "s", corner));
            calls.forEach(c -> text.append(String.format(Locale.ROOT, " %6s", Headline.number(c))));
            text.append(String.format("   (dials set on other problems)%n"));
            for (CallCurve curve : summary.curves()) {
                List<String> cells =
                        calls.stream().map(c -> cell(equal, curve, c)).toList();
                if (cells.stream().anyMatch(cell -> !cell.isBlank())) {
                    text.append(String.format("%-" + width + "s%s%n", name(curve), String.join("", cells)));
                }
            }
        }
        for (CallCurve curve : summary.curves()) {
            String points = curve.points().stream()
                    .map(p -> String.format(
                            Locale.ROOT, "%s: %.1f @ %.1f", Headline.number(p.dial()), 100 * p.passAt1(), p.nfeMean()))
                    .collect(Collectors.joining(", "));
            text.append(String.format(
                    Locale.ROOT,
                    "%n%s, AUP %.1f, dominated area %.3f%n  %s %s%n",
                    name(curve),
                    curve.aup(),
                    curve.dominatedArea(),
                    curve.dialName(),
                    points));
        }
        return text.toString();
    }

    private static String name(CallCurve curve) {
        return curve.budget().equals("1/1") ? curve.decoder() : curve.decoder() + " within " + curve.budget();
    }

    private static String cell(EqualCalls equal, CallCurve curve, double calls) {
        return equal.row(curve.decoder(), curve.budget(), calls)
                .map(row -> String.format(Locale.ROOT, " %6.1f", 100 * row.passAt1()))
                .orElse("       ");
    }

    private static String probability(double p) {
        return p < 0.001 ? String.format(Locale.ROOT, "%.0e", p) : String.format(Locale.ROOT, "%.3f", p);
    }
}
