package io.maskflow.experiments.report.export;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.statistics.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tables of one evaluation, or of several side by side, for other programs and for papers: CSV (RFC 4180, a header line, full
 * precision, shares as fractions) and LaTeX (needs {@code \\usepackage{booktabs}}, shares in percent).
 */
public final class TableExport {
    /** Name of the CSV file of the rows in a run folder. */
    public static final String CSV = "table.csv";
    /** Name of the CSV file of the paired comparisons. */
    public static final String PAIRS = "pairs.csv";
    /** Name of the LaTeX file. */
    public static final String LATEX = "table.tex";

    private final Map<String, Summary> summaries;

    private TableExport(Map<String, Summary> summaries) {
        this.summaries = summaries;
    }

    /**
     * Reads the summaries of run folders.
     *
     * @param folders at least one
     * @throws ConfigurationException if a folder has no summary
     */
    public static TableExport of(List<RunFolder> folders) {
        Map<String, Summary> summaries = new LinkedHashMap<>();
        for (RunFolder folder : folders) {
            if (!Files.exists(folder.summary())) {
                throw new ConfigurationException("RUN must be the folder of an evaluation, was " + folder.path()
                        + " which holds no summary.json");
            }
            String name =
                    folder.path().toAbsolutePath().normalize().getFileName().toString();
            summaries.put(
                    summaries.containsKey(name) ? folder.path().toString() : name, Summary.read(folder.summary()));
        }
        return new TableExport(summaries);
    }

    /** Writes all tables of one run into its folder. */
    public static void write(RunFolder folder) {
        TableExport export = of(List.of(folder));
        Path path = folder.path();
        DurableFile.write(path.resolve(CSV), export.csv());
        DurableFile.write(path.resolve(PAIRS), export.pairsCsv());
        DurableFile.write(path.resolve(LATEX), export.latex());
        CurveExport.write(folder);
    }

    /** A line per run, decoder and budget. */
    public String csv() {
        StringBuilder csv = new StringBuilder(
                        "run,decoder,budget,n,passed,no_verdict,pass_at_1,wilson_low,wilson_high,")
                .append("pass_rate,nfe_mean,nfe_over_length,tpf,seconds\r\n");
        summaries.forEach((run, summary) -> summary.rows()
                .forEach(row -> line(
                        csv,
                        run,
                        row.decoder(),
                        row.budget(),
                        row.n(),
                        row.passed(),
                        row.noVerdict(),
                        row.passAt1(),
                        row.wilson().low(),
                        row.wilson().high(),
                        row.passRate(),
                        row.nfeMean(),
                        row.nfeOverLength(),
                        row.tpf(),
                        row.seconds())));
        return csv.toString();
    }

    /** A line per run and pair of decoders at the same budget. */
    public String pairsCsv() {
        StringBuilder csv = new StringBuilder(
                        "run,first,second,budget,n,wins,losses,difference,low,high,p,mid_p,p_holm,")
                .append("p_clustered\r\n");
        summaries.forEach((run, summary) -> summary.pairs()
                .forEach(pair -> line(
                        csv,
                        run,
                        pair.first(),
                        pair.second(),
                        pair.budget(),
                        pair.n(),
                        pair.wins(),
                        pair.losses(),
                        pair.difference(),
                        pair.interval().low(),
                        pair.interval().high(),
                        pair.p(),
                        pair.midP(),
                        pair.pHolm(),
                        pair.pClustered())));
        return csv.toString();
    }

    /** Two tables, the second only if there are pairs; a column with the run if there are several. */
    public String latex() {
        boolean several = summaries.size() > 1;
        StringBuilder tex = new StringBuilder("% needs \\usepackage{booktabs}\n")
                .append("\\begin{tabular}{")
                .append(several ? "l" : "")
                .append("llrrrrr}\n\\toprule\n")
                .append(several ? "run & " : "")
                .append("decoder & budget & $n$ & pass@1 (\\%) & 95\\,\\% interval & NFE & TPF \\\\\n\\midrule\n");
        summaries.forEach((run, summary) -> summary.rows().forEach(row -> tex.append(several ? escape(run) + " & " : "")
                .append(String.format(
                        Locale.ROOT,
                        "%s & %s & %d & %.1f & %s & %.1f & %.2f \\\\%n",
                        escape(row.decoder()),
                        escape(row.budget()),
                        row.n(),
                        100 * row.passAt1(),
                        interval(row.wilson()),
                        row.nfeMean(),
                        row.tpf()))));
        tex.append("\\bottomrule\n\\end{tabular}\n");
        if (summaries.values().stream().anyMatch(summary -> !summary.pairs().isEmpty())) {
            pairs(tex, several);
        }
        return tex.toString().replace("\r\n", "\n");
    }

    private void pairs(StringBuilder tex, boolean several) {
        tex.append("\n\\begin{tabular}{")
                .append(several ? "l" : "")
                .append("lllrrrrr}\n\\toprule\n")
                .append(several ? "run & " : "")
                .append(
                        "first & second & budget & wins & losses & difference (\\%) & $p$ & $p_{\\mathrm{Holm}}$ \\\\\n")
                .append("\\midrule\n");
        summaries.forEach(
                (run, summary) -> summary.pairs().forEach(pair -> tex.append(several ? escape(run) + " & " : "")
                        .append(String.format(
                                Locale.ROOT,
                                "%s & %s & %s & %d & %d & %+.1f %s & %s & %s \\\\%n",
                                escape(pair.first()),
                                escape(pair.second()),
                                escape(pair.budget()),
                                pair.wins(),
                                pair.losses(),
                                100 * pair.difference(),
                                interval(pair.interval()),
                                probability(pair.p()),
                                probability(pair.pHolm())))));
        tex.append("\\bottomrule\n\\end{tabular}\n");
    }

    static String interval(Interval interval) {
        return String.format(Locale.ROOT, "$[%.1f, %.1f]$", 100 * interval.low(), 100 * interval.high());
    }

    static String probability(double p) {
        return p < 0.001 ? "$<$0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    static void line(StringBuilder csv, Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            csv.append(i == 0 ? "" : ",").append(cell(String.valueOf(cells[i])));
        }
        csv.append("\r\n");
    }

    /** Quoted where a comma, a quote or a line end would be misread. */
    private static String cell(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    static String escape(String text) {
        StringBuilder tex = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> tex.append("\\textbackslash{}");
                case '~' -> tex.append("\\textasciitilde{}");
                case '^' -> tex.append("\\textasciicircum{}");
                case '&', '%', '$', '#', '_', '{', '}' -> tex.append('\\').append(c);
                default -> tex.append(c);
            }
        }
        return tex.toString();
    }
}
