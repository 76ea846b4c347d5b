package io.maskflow.experiments.report.export;

import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.report.Headline;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Curves and decoders at equal calls for other programs and for papers, beside the summary that they come from: CSV (shares as
 * fractions) and LaTeX (shares in percent). As JSON they stand in the summary.
 */
public final class CurveExport {

    /** Name of the CSV file of the points. */
    public static final String POINTS = "curves.csv";
    /** Name of the CSV file of decoders at equal calls. */
    public static final String EQUAL = "equal-calls.csv";
    /** Name of the LaTeX file. */
    public static final String LATEX = "curves.tex";

    private CurveExport() {}

    /** Writes all of them into the folder of an evaluation; nothing if it has no curves. */
    public static void write(RunFolder folder) {
        Summary summary = Summary.read(folder.summary());
        if (summary.curves().isEmpty()) {
            return;
        }
        Path path = folder.path();
        DurableFile.write(path.resolve(POINTS), points(summary.curves()));
        DurableFile.write(path.resolve(EQUAL), equal(summary.equalCalls()));
        DurableFile.write(path.resolve(LATEX), latex(summary));
    }

    /** A line per decoder and value of its dial. */
    static String points(List<CallCurve> curves) {
        StringBuilder csv = new StringBuilder(
                        "decoder,budget,dial,value,n,passed,no_verdict,pass_at_1,low,high,nfe_mean,")
                .append("tpf,aup,dominated_area\r\n");
        for (CallCurve curve : curves) {
            for (CallCurve.Point p : curve.points()) {
                TableExport.line(
                        csv,
                        curve.decoder(),
                        curve.budget(),
                        curve.dialName(),
                        p.dial(),
                        p.n(),
                        p.passed(),
                        p.noVerdict(),
                        p.passAt1(),
                        p.low(),
                        p.high(),
                        p.nfeMean(),
                        p.tpf(),
                        curve.aup(),
                        curve.dominatedArea());
            }
        }
        return csv.toString();
    }

    /** A line per decoder and number of calls; of the learned decoder with its comparison. */
    static String equal(EqualCalls equal) {
        StringBuilder csv = new StringBuilder(
                        "decoder,budget,calls,hand_made,n,pass_at_1,low,high,nfe_mean,validation,")
                .append(
                        "mixes,best_hand_made,wins,losses,difference,difference_low,difference_high,p,p_holm,verdict\r\n");
        for (EqualCalls.Row row : equal.rows()) {
            String mixes = row.mixes().stream()
                    .map(mix -> mix.seed() + ": " + mix.cheap() + " or " + mix.dear() + " for " + mix.share())
                    .collect(Collectors.joining("; "));
            List<Object> cells = new ArrayList<>(List.of(
                    row.decoder(),
                    row.budget(),
                    row.calls(),
                    row.handMade(),
                    row.n(),
                    row.passAt1(),
                    row.interval().low(),
                    row.interval().high(),
                    row.nfeMean(),
                    row.validation(),
                    mixes));
            cells.addAll(equal.comparisons().stream()
                    .filter(c -> c.learned().equals(row.decoder())
                            && c.budget().equals(row.budget())
                            && c.calls() == row.calls())
                    .findFirst()
                    .<List<Object>>map(c -> List.of(
                            c.best(),
                            c.wins(),
                            c.losses(),
                            c.difference(),
                            c.interval().low(),
                            c.interval().high(),
                            c.p(),
                            c.pHolm(),
                            c.verdict()))
                    .orElse(List.of("", "", "", "", "", "", "", "", "")));
            TableExport.line(csv, cells.toArray());
        }
        return csv.toString();
    }

    /** Decoders by numbers of calls, then the comparisons. */
    static String latex(Summary summary) {
        EqualCalls equal = summary.equalCalls();
        List<Double> calls =
                equal.rows().stream().map(EqualCalls.Row::calls).distinct().toList();
        StringBuilder tex = new StringBuilder("% needs \\usepackage{booktabs}\n\\begin{tabular}{ll")
                .append("r".repeat(calls.size() + 2))
                .append("}\n\\toprule\ndecoder & dial");
        calls.forEach(c -> tex.append(" & ").append(Headline.number(c)));
        tex.append(" & AUP & area \\\\\n\\midrule\n");
        for (CallCurve curve : summary.curves()) {
            tex.append(TableExport.escape(curve.decoder())).append(" & ").append(TableExport.escape(curve.dialName()));
            for (double c : calls) {
                tex.append(" & ")
                        .append(equal.row(curve.decoder(), curve.budget(), c)
                                .map(row -> String.format(Locale.ROOT, "%.1f", 100 * row.passAt1()))
                                .orElse("--"));
            }
            tex.append(String.format(Locale.ROOT, " & %.1f & %.3f \\\\\n", curve.aup(), curve.dominatedArea()));
        }
        tex.append("\\bottomrule\n\\end{tabular}\n");
        if (!equal.comparisons().isEmpty()) {
            tex.append("\n\\begin{tabular}{rlrrrl}\n\\toprule\ncalls & best hand-made & learned $-$ best (\\%) & ")
                    .append("95\\,\\% interval & $p_{\\mathrm{Holm}}$ & verdict \\\\\n\\midrule\n");
            for (EqualCalls.Comparison c : equal.comparisons()) {
                tex.append(String.format(
                        Locale.ROOT,
                        "%s & %s & %+.1f & %s & %s & %s \\\\\n",
                        Headline.number(c.calls()),
                        TableExport.escape(c.best()),
                        100 * c.difference(),
                        TableExport.interval(c.interval()),
                        TableExport.probability(c.pHolm()),
                        c.verdict()));
            }
            tex.append("\\bottomrule\n\\end{tabular}\n");
        }
        return tex.toString();
    }
}
