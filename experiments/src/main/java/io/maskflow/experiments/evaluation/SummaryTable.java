package io.maskflow.experiments.evaluation;

import io.maskflow.experiments.evaluation.answers.ActionTally;
import io.maskflow.experiments.report.Summary;
import io.maskflow.reward.MissingModules;
import java.util.List;
import java.util.Locale;

/** A summary as text for a terminal. */
final class SummaryTable {

    private SummaryTable() {}

    static String of(
            Summary summary, List<Selection> selections, List<ActionTally.Actions> actions, List<OracleGap> gaps) {
        StringBuilder text = new StringBuilder();
        String name = nameColumn(summary);
        String heads = summary.rows().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%n" + name + " %7s %6s %8s  %-15s %6s %6s %6s %9s%n",
                        "decoder",
                        "budget",
                        "n",
                        "pass@1",
                        "95 % interval",
                        "NFE",
                        "NFE/N",
                        "TPF",
                        "s/answer");
        text.append(heads);
        for (Summary.Row row : summary.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    name + " %7s %6d %7.1f%%  [%5.1f, %5.1f] %8.1f %6.3f %6.2f %9.4f%n",
                    row.decoder(),
                    row.budget(),
                    row.n(),
                    100 * row.passAt1(),
                    100 * row.wilson().low(),
                    100 * row.wilson().high(),
                    row.nfeMean(),
                    row.nfeOverLength(),
                    row.tpf(),
                    row.seconds()));
            if (row.bySeed().values().stream().distinct().count() > 1) {
                text.append(String.format(
                        Locale.ROOT,
                        "  by seed:%s; mean ± sd %.1f ± %.1f%s%n",
                        bySeed(row),
                        100 * row.overSeeds().mean(),
                        100 * row.overSeeds().deviation(),
                        passAtK(row)));
            }
            if (row.noVerdict() > 0) {
                text.append(String.format(Locale.ROOT, "  (%d answers without a verdict left out)%n", row.noVerdict()));
            }
            MissingModules.sentence(row.missingModules())
                    .ifPresent(said -> text.append(String.format(Locale.ROOT, "  (%s)%n", said)));
        }
        for (Selection selection : selections) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s at %s: %s, chosen on %d validation problems (solved %d, %.1f calls)%n",
                    selection.decoder(),
                    selection.budget(),
                    selection.chosen(),
                    selection.problems(),
                    selection.passed().get(selection.index()),
                    selection.nfe().get(selection.index())));
        }
        for (OracleGap gap : gaps) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s at %s: %.0f %% [%.0f, %.0f] of the way from %s (%.1f %%) to %s (%.1f %%)%n",
                    gap.decoder(),
                    gap.budget(),
                    100 * gap.recovered(),
                    100 * gap.interval().low(),
                    100 * gap.interval().high(),
                    gap.base(),
                    100 * gap.baseAt1(),
                    gap.oracle(),
                    100 * gap.oracleAt1()));
        }
        if (!actions.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n" + name + " %7s %9s %6s  %-24s %s%n",
                    "step fractions",
                    "budget",
                    "log2 a",
                    "sd",
                    "correlation with c, t, rho",
                    "within a step: share, c, t"));
        }
        for (ActionTally.Actions seen : actions) {
            text.append(String.format(
                    Locale.ROOT,
                    name + " %7s %9.2f %6.2f  %+7.2f %+7.2f %+7.2f   %14.2f %+7.2f %+7.2f%n",
                    seen.decoder(),
                    seen.budget(),
                    seen.log2Mean(),
                    seen.log2Sd(),
                    seen.confidence(),
                    seen.progress(),
                    seen.rho(),
                    seen.withinShare(),
                    seen.confidenceWithin(),
                    seen.progressWithin()));
        }
        return text.toString();
    }

    /** As wide as the longest name. */
    private static String nameColumn(Summary summary) {
        int longest = summary.rows().stream()
                .mapToInt(row -> row.decoder().length())
                .max()
                .orElse(0);
        return "%-" + Math.max(22, longest) + "s";
    }

    /** pass@k for the largest k; what lies between is in the file. */
    private static String passAtK(Summary.Row row) {
        return row.passAtK().keySet().stream()
                .max(Integer::compare)
                .map(k -> String.format(
                        Locale.ROOT, "; pass@%d %.1f", k, 100 * row.passAtK().get(k)))
                .orElse("");
    }

    private static String bySeed(Summary.Row row) {
        StringBuilder text = new StringBuilder();
        row.bySeed().forEach((seed, share) -> text.append(String.format(Locale.ROOT, " %d: %.1f", seed, 100 * share)));
        return text.toString();
    }
}
