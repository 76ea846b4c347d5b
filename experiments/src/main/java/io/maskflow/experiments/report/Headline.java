package io.maskflow.experiments.report;

import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.NonInferiority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a reader wants to know first: the learned decoder less the best hand-made one at equal model calls.
 *
 * <p>Where dials were set on other problems, from {@link EqualCalls}. At a budget, the best hand-made decoder is the one that
 * solves most of the table's own problems with no more calls: chosen with hindsight, which favours the hand-made side.
 *
 * @param lines at every number of calls or budget where both are there
 */
public record Headline(List<Line> lines) {

    /** Calls of two decoders that count as equal: a fiftieth apart. */
    private static final double EQUAL = 1.02;

    /** Copies the lines. */
    public Headline {
        lines = List.copyOf(lines);
    }

    /**
     * One comparison.
     *
     * @param at {@code 8 calls} or {@code budget 1/4}
     * @param learned name of the learned decoder
     * @param passed its share passed
     * @param calls its mean calls
     * @param best name of the best hand-made decoder
     * @param bestPassed its share passed
     * @param bestCalls its mean calls
     * @param difference share passed, learned less best, on the answers that both have a verdict for
     * @param interval 95 % paired-bootstrap interval of it
     * @param pHolm exact paired test, corrected
     * @param verdict {@code ahead}, {@code behind}, {@code not inferior} or {@code open}
     */
    public record Line(
            String at,
            String learned,
            double passed,
            double calls,
            String best,
            double bestPassed,
            double bestCalls,
            double difference,
            Interval interval,
            double pHolm,
            String verdict) {}

    /** Of a summary; without lines if nothing in it was learned. */
    public static Headline of(Summary summary) {
        List<Line> lines = new ArrayList<>();
        summary.equalCalls().comparisons().forEach(comparison -> lines.add(line(summary.equalCalls(), comparison)));
        for (Summary.Row row : summary.rows()) {
            if (row.decoder().equals(summary.reference())) {
                best(summary, row).flatMap(other -> line(summary, row, other)).ifPresent(lines::add);
            }
        }
        return new Headline(lines);
    }

    private static Line line(EqualCalls equal, EqualCalls.Comparison comparison) {
        EqualCalls.Row learned = equal.row(comparison.learned(), comparison.budget(), comparison.calls())
                .orElseThrow();
        EqualCalls.Row best = equal.row(comparison.best(), comparison.budget(), comparison.calls())
                .orElseThrow();
        return new Line(
                number(comparison.calls()) + " calls",
                comparison.learned(),
                learned.passAt1(),
                learned.nfeMean(),
                comparison.best(),
                best.passAt1(),
                best.nfeMean(),
                comparison.difference(),
                comparison.interval(),
                comparison.pHolm(),
                comparison.verdict());
    }

    private static Optional<Summary.Row> best(Summary summary, Summary.Row learned) {
        return summary.rows().stream()
                .filter(row -> summary.handMade().contains(row.decoder())
                        && row.budget().equals(learned.budget())
                        && row.nfeMean() <= EQUAL * learned.nfeMean())
                .max(Comparator.comparingDouble(Summary.Row::passAt1));
    }

    private static Optional<Line> line(Summary summary, Summary.Row learned, Summary.Row best) {
        return summary.pairs().stream()
                .filter(pair -> pair.budget().equals(learned.budget())
                        && List.of(pair.first(), pair.second()).contains(learned.decoder())
                        && List.of(pair.first(), pair.second()).contains(best.decoder()))
                .findFirst()
                .map(pair -> {
                    boolean first = pair.first().equals(learned.decoder());
                    double difference = first ? pair.difference() : -pair.difference();
                    Interval interval = first
                            ? pair.interval()
                            : new Interval(
                                    -pair.interval().high(), -pair.interval().low());
                    double margin = summary.equalCalls().margin();
                    return new Line(
                            "budget " + learned.budget(),
                            learned.decoder(),
                            learned.passAt1(),
                            learned.nfeMean(),
                            best.decoder(),
                            best.passAt1(),
                            best.nfeMean(),
                            difference,
                            interval,
                            pair.pHolm(),
                            EqualCalls.verdict(new NonInferiority(difference, interval, margin), pair.pHolm()));
                });
    }

    /** One sentence: where the learned decoder stands, such as {@code ahead at 5 and 6 calls, open at 8 calls}. */
    public String sentence() {
        Map<String, List<String>> where = new LinkedHashMap<>();
        for (String verdict : List.of("ahead", "not inferior", "open", "behind")) {
            List<String> places = lines.stream()
                    .filter(line -> line.verdict().equals(verdict))
                    .map(Line::at)
                    .toList();
            if (!places.isEmpty()) {
                where.put(verdict, places);
            }
        }
        return where.entrySet().stream()
                .map(entry -> entry.getKey() + " at " + String.join(", ", entry.getValue()))
                .collect(Collectors.joining("; "));
    }

    /** A number of calls without a needless fraction. */
    public static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value);
    }
}
