package io.maskflow.experiments.evaluation;

import io.maskflow.experiments.report.Summary;
import java.util.List;
import java.util.Locale;

/** A summary as text for a terminal. */
final class SummaryTable {

    private SummaryTable() {}

    static String of(Summary summary, List<Evaluation.Selection> selections) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%n%-22s %7s %6s %8s  %-15s %6s %6s %6s %9s%n",
                "decoder", "budget", "n", "pass@1", "95 % interval", "NFE", "NFE/N", "TPF", "s/answer"));
        for (Summary.Row row : summary.rows()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-22s %7s %6d %7.1f%%  [%5.1f, %5.1f] %8.1f %6.3f %6.2f %9.4f%n",
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
            if (row.noVerdict() > 0) {
                text.append(String.format(Locale.ROOT, "  (%d answers without a verdict left out)%n", row.noVerdict()));
            }
        }
        for (Evaluation.Selection selection : selections) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s at %s: %s, chosen on %d validation problems%n",
                    selection.decoder(),
                    selection.budget(),
                    selection.chosen(),
                    selection.problems()));
        }
        return text.toString();
    }
}
