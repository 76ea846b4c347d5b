package io.maskflow.experiments.ablation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.NonInferiority;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of an ablation against their references: for a terminal, as CSV, and as a LaTeX table.
 *
 * @param lines in the order of the summary
 * @param margin of non-inferiority
 */
record AblationTable(List<Line> lines, double margin) {

    /**
     * One row at one budget.
     *
     * @param row its name
     * @param change what is different
     * @param reference what it is compared with; empty for the full system
     * @param retrained whether its policy was trained anew
     * @param budget at which budget
     * @param n judged answers
     * @param passAt1 share of them that passed
     * @param wilson 95 % interval of it
     * @param difference {@code passAt1} less that of the reference, on common answers
     * @param interval 95 % bootstrap interval of it
     * @param wins answers that only the row solved
     * @param losses answers that only the reference solved
     * @param p exact, seeds of a problem kept together
     * @param pHolm corrected over the table
     * @param notInferior whether the interval lies above minus the margin
     * @param nfe mean model calls
     */
    record Line(
            String row,
            String change,
            String reference,
            boolean retrained,
            String budget,
            long n,
            @JsonProperty("pass_at_1") double passAt1,
            Interval wilson,
            double difference,
            Interval interval,
            int wins,
            int losses,
            double p,
            @JsonProperty("p_holm") double pHolm,
            @JsonProperty("not_inferior") boolean notInferior,
            @JsonProperty("nfe_mean") double nfe) {}

    /**
     * Makes the table.
     *
     * @param summary what was measured
     * @param config the ablation
     * @param plan what is compared with what
     */
    static AblationTable of(Summary summary, AblateConfig config, AblationPlan plan) {
        List<Line> lines = new ArrayList<>();
        for (Summary.Row row : summary.rows()) {
            String reference = plan.references().getOrDefault(row.decoder(), "");
            Summary.Pair pair = summary.pairs().stream()
                    .filter(p -> p.first().equals(row.decoder())
                            && p.second().equals(reference)
                            && p.budget().equals(row.budget()))
                    .findFirst()
                    .orElse(null);
            AblationRow change = config.rows().get(row.decoder());
            boolean retrained = row.decoder().equals(AblateConfig.RETRAINED) || change != null && change.retrains();
            lines.add(new Line(
                    row.decoder(),
                    change == null ? "" : change.change(),
                    pair == null ? "" : reference,
                    retrained,
                    row.budget(),
                    row.n(),
                    row.passAt1(),
                    row.wilson(),
                    pair == null ? 0 : pair.difference(),
                    pair == null ? new Interval(0, 0) : pair.interval(),
                    pair == null ? 0 : pair.wins(),
                    pair == null ? 0 : pair.losses(),
                    pair == null ? 1 : pair.pClustered(),
                    pair == null ? 1 : pair.pHolm(),
                    pair != null && new NonInferiority(pair.difference(), pair.interval(), config.margin()).holds(),
                    row.nfeMean()));
        }
        return new AblationTable(lines, config.margin());
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%-30s %7s %6s %8s  %-22s %5s %5s %9s %9s  %s%n",
                "row",
                "budget",
                "n",
                "pass@1",
                "difference, 95 %",
                "won",
                "lost",
                "p",
                "p (Holm)",
                ""));
        for (Line line : lines) {
            text.append(String.format(
                    Locale.ROOT, "%-30s %7s %6d %7.1f%%", line.row(), line.budget(), line.n(), 100 * line.passAt1()));
            if (!line.reference().isEmpty()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %+6.1f [%+6.1f, %+6.1f] %5d %5d %9.2g %9.2g  %s%s",
                        100 * line.difference(),
                        100 * line.interval().low(),
                        100 * line.interval().high(),
                        line.wins(),
                        line.losses(),
                        line.p(),
                        line.pHolm(),
                        line.notInferior() ? "not inferior" : "",
                        line.retrained() ? " (retrained, against " + line.reference() + ")" : ""));
            }
            text.append(String.format(Locale.ROOT, "%n"));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "p: exact, the seeds of a problem kept together; not inferior: the interval lies above %.1f points%n",
                        -100 * margin))
                .toString();
    }

    /** Comma-separated, a line of names first; shares in [0, 1]. */
    String csv() {
        StringBuilder text =
                new StringBuilder("row,change,reference,retrained,budget,n,pass_at_1,wilson_low,wilson_high,"
                        + "difference,difference_low,difference_high,wins,losses,p,p_holm,not_inferior,nfe_mean\n");
        for (Line line : lines) {
            text.append(String.join(
                            ",",
                            line.row(),
                            "\"" + line.change().replace("\"", "\"\"") + "\"",
                            line.reference(),
                            Boolean.toString(line.retrained()),
                            line.budget(),
                            Long.toString(line.n()),
                            Double.toString(line.passAt1()),
                            Double.toString(line.wilson().low()),
                            Double.toString(line.wilson().high()),
                            Double.toString(line.difference()),
                            Double.toString(line.interval().low()),
                            Double.toString(line.interval().high()),
                            Integer.toString(line.wins()),
                            Integer.toString(line.losses()),
                            Double.toString(line.p()),
                            Double.toString(line.pHolm()),
                            Boolean.toString(line.notInferior()),
                            Double.toString(line.nfe())))
                    .append('\n');
        }
        return text.toString();
    }

    /** A {@code tabular} with rules of the booktabs package. */
    String latex() {
        StringBuilder text = new StringBuilder("\\begin{tabular}{llrrrr}\n\\toprule\nrow & budget & pass@1 (\\%) &"
                + " difference [95\\,\\%] & won / lost & $p$ (Holm) \\\\\n\\midrule\n");
        for (Line line : lines) {
            text.append(escaped(line.row()))
                    .append(line.retrained() ? "$^\\dagger$" : "")
                    .append(String.format(Locale.ROOT, " & %s & %.1f", line.budget(), 100 * line.passAt1()));
            text.append(
                    line.reference().isEmpty()
                            ? " & & & "
                            : String.format(
                                    Locale.ROOT,
                                    " & $%+.1f$ [$%+.1f$, $%+.1f$] & %d / %d & %.2g",
                                    100 * line.difference(),
                                    100 * line.interval().low(),
                                    100 * line.interval().high(),
                                    line.wins(),
                                    line.losses(),
                                    line.pHolm()));
            text.append(" \\\\\n");
        }
        return text.append("\\bottomrule\n\\end{tabular}\n% dagger: retrained, compared with ")
                .append(AblateConfig.RETRAINED)
                .append('\n')
                .toString();
    }

    private static String escaped(String text) {
        return text.replaceAll("([&%$#_{}])", "\\\\$1");
    }
}
