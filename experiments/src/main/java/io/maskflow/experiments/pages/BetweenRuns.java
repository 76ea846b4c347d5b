package io.maskflow.experiments.pages;

import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Every later run less the first: equal decoders (with a dial, at equal values of it) on the same problems and seeds. */
final class BetweenRuns {

    private static final String FIRST = "first:";
    private static final String LATER = "later:";

    private BetweenRuns() {}

    /** The markup; empty if no two runs have an answer to the same problem by decoders of one name. */
    static String of(List<RunView> runs) {
        StringBuilder rows = new StringBuilder();
        for (RunView later : runs.subList(1, runs.size())) {
            compared(runs.get(0), later).forEach(pair -> rows.append(row(later.name(), pair)));
        }
        return rows.isEmpty()
                ? ""
                : "<p class=\"about\">Each run minus " + Page.escape(runs.get(0).name())
                        + ", in points of pass@1, on the same problems and seeds, with 95 % bootstrap intervals; equal"
                        + " values of a dial need not make equally many calls. Holm's correction over the decoders of a"
                        + " run.</p>\n<div class=\"scroll\"><table>\n<tr><th>run</th><th class=\"text\">decoder</th>"
                        + "<th>budget</th><th>n</th><th>won</th><th>lost</th><th>difference</th><th>95 %</th>"
                        + "<th>p (Holm)</th></tr>\n" + rows + "</table></div>\n";
    }

    private static List<Summary.Pair> compared(RunView first, RunView later) {
        List<Result> both = new ArrayList<>();
        first.answers().forEach(answer -> both.add(of(FIRST, answer)));
        later.answers().forEach(answer -> both.add(of(LATER, answer)));
        Summary.Comparisons same = (one, other) -> one.startsWith(FIRST)
                        && other.startsWith(LATER)
                        && one.substring(FIRST.length()).equals(other.substring(LATER.length()))
                ? Optional.of(List.of(other, one))
                : Optional.empty();
        return Summary.of(both, 1, Map.of(), same).pairs();
    }

    private static Result of(String run, Result answer) {
        return new Result(
                answer.id(),
                run + answer.label(),
                answer.budget(),
                answer.seed(),
                answer.nfe(),
                answer.tokens(),
                answer.seconds(),
                answer.verdict(),
                answer.passRate(),
                answer.passed(),
                "");
    }

    private static String row(String run, Summary.Pair pair) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td class=\"text\">%s</td><td>%s</td><td>%d</td><td>%d</td><td>%d</td><td>%+.1f</td>"
                        + "<td>%+.1f to %+.1f</td><td>%.2g</td></tr>%n",
                Page.escape(run),
                Page.escape(pair.first().substring(LATER.length())),
                Page.escape(pair.budget()),
                pair.n(),
                pair.wins(),
                pair.losses(),
                100 * pair.difference(),
                100 * pair.interval().low(),
                100 * pair.interval().high(),
                pair.pHolm());
    }
}
