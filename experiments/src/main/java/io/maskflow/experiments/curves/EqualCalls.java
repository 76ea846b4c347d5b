package io.maskflow.experiments.curves;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.experiments.statistics.Holm;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.NonInferiority;
import io.maskflow.experiments.statistics.PairedBootstrap;
import io.maskflow.experiments.statistics.SignFlip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decoders at equal numbers of model calls. Every dial is set on other problems ({@link DialMix}), for each seed by its own
 * answers; so is chosen which hand-made decoder is the best. The table's problems are then answered once.
 *
 * @param reference the decoder that was learned; empty without one
 * @param margin what may be lost for "not inferior"
 * @param rows a decoder at a number of calls
 * @param comparisons the learned decoder against the best hand-made one, at every number of calls that both reach
 */
public record EqualCalls(String reference, double margin, List<Row> rows, List<Comparison> comparisons) {

    /** Nothing was compared. */
    public static final EqualCalls NONE = new EqualCalls("", 0.015, List.of(), List.of());

    private static final double LEVEL = 0.95;

    /** Copies the lists. */
    public EqualCalls {
        rows = List.copyOf(rows);
        comparisons = List.copyOf(comparisons);
    }

    /** The row of a decoder at a number of calls; empty if it cannot get down to so few. */
    public Optional<Row> row(String decoder, String budget, double calls) {
        return rows.stream()
                .filter(row -> row.decoder().equals(decoder) && row.budget().equals(budget) && row.calls() == calls)
                .findFirst();
    }

    /**
     * One decoder.
     *
     * @param calls mean calls that it was set to
     * @param handMade whether nothing in it was learned
     * @param mixes how its dial stands, for every seed
     * @param n judged answers
     * @param passAt1 share passed
     * @param interval 95 % bootstrap interval of it, problems drawn whole
     * @param nfeMean calls that it made on the table's problems
     * @param validation share passed on the problems that it was chosen on, in expectation over the coin
     */
    public record Row(
            String decoder,
            String budget,
            double calls,
            @JsonProperty("hand_made") boolean handMade,
            List<DialMix> mixes,
            int n,
            @JsonProperty("pass_at_1") double passAt1,
            Interval interval,
            @JsonProperty("nfe_mean") double nfeMean,
            double validation) {}

    /**
     * The learned decoder against the best hand-made one.
     *
     * @param best which hand-made decoder solved most of the problems that dials were chosen on
     * @param n answers that both have a verdict for
     * @param wins solved by the learned decoder only
     * @param losses solved by the other only
     * @param difference share passed, learned less best
     * @param interval 95 % paired-bootstrap interval of it, problems drawn whole
     * @param p exact sign-flip test, the seeds of a problem kept together
     * @param pHolm {@code p} corrected over all comparisons
     * @param verdict {@code ahead} or {@code behind} with {@code pHolm < .05}; {@code not inferior} if the interval lies
     *     above minus the margin; else {@code open}
     */
    public record Comparison(
            String budget,
            double calls,
            String learned,
            String best,
            int n,
            int wins,
            int losses,
            double difference,
            Interval interval,
            double p,
            @JsonProperty("p_holm") double pHolm,
            String verdict) {

        private Comparison corrected(double value, double margin) {
            String word = EqualCalls.verdict(new NonInferiority(difference, interval, margin), value);
            return new Comparison(budget, calls, learned, best, n, wins, losses, difference, interval, p, value, word);
        }
    }

    /**
     * A comparison in a word, see {@link Comparison#verdict()}.
     *
     * @param compared difference, interval and margin
     * @param corrected its p, corrected
     */
    public static String verdict(NonInferiority compared, double corrected) {
        if (corrected < 0.05) {
            return compared.difference() > 0 ? "ahead" : "behind";
        }
        return compared.holds() ? "not inferior" : "open";
    }

    /** A decoder with its dial set: its row, and its answers by problem and seed. */
    private record SetDial(Row row, Map<String, Map<Long, Double>> scores) {}

    /**
     * Sets dials and compares.
     *
     * @param validation answers to the problems that dials are chosen on
     * @param table answers to the table's problems, the same decoders
     * @param calls mean numbers of calls
     * @param learned name of the learned decoder, empty for none
     * @param handMade names of the hand-made ones
     * @param margin see {@link EqualCalls}
     */
    public static EqualCalls of(
            List<DialGrid> validation,
            List<DialGrid> table,
            List<Double> calls,
            String learned,
            Collection<String> handMade,
            double margin) {
        List<Row> rows = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        for (double target : calls) {
            Map<String, List<SetDial>> byBudget = new LinkedHashMap<>();
            for (DialGrid grid : table) {
                validation.stream()
                        .filter(other -> other.decoder().equals(grid.decoder())
                                && other.budget().equals(grid.budget()))
                        .findFirst()
                        .flatMap(chosenOn -> set(chosenOn, grid, target, handMade.contains(grid.decoder())))
                        .ifPresent(set -> byBudget.computeIfAbsent(grid.budget(), unused -> new ArrayList<>())
                                .add(set));
            }
            byBudget.values().forEach(sets -> {
                sets.forEach(set -> rows.add(set.row()));
                comparison(sets, learned).ifPresent(comparisons::add);
            });
        }
        double[] corrected =
                Holm.correct(comparisons.stream().mapToDouble(Comparison::p).toArray());
        List<Comparison> judged = new ArrayList<>();
        for (int i = 0; i < corrected.length; i++) {
            judged.add(comparisons.get(i).corrected(corrected[i], margin));
        }
        return new EqualCalls(learned, margin, rows, judged);
    }

    /** Empty if a seed cannot get down to so few calls. */
    private static Optional<SetDial> set(DialGrid validation, DialGrid table, double target, boolean handMade) {
        List<DialMix> mixes = new ArrayList<>();
        Map<String, Map<Long, Double>> scores = new TreeMap<>();
        double passedThere = 0;
        long calls = 0;
        long answers = 0;
        for (long seed : table.seeds()) {
            DialGrid chosenOn = validation.of(seed);
            DialGrid own = table.of(seed);
            Optional<DialMix> mix = DialMix.of(chosenOn, seed, target);
            if (mix.isEmpty()) {
                return Optional.empty();
            }
            mixes.add(mix.get());
            passedThere += mix.get().passed(chosenOn) / table.seeds().size();
            for (String problem : own.problems()) {
                DialGrid.Answer answer = own.at(mix.get().dial(problem)).get(new DialGrid.Try(problem, seed));
                calls += answer.calls();
                answers++;
                if (answer.judged()) {
                    scores.computeIfAbsent(problem, unused -> new TreeMap<>()).put(seed, answer.score());
                }
            }
        }
        double[][] each = scores.values().stream()
                .map(seeds -> seeds.values().stream().mapToDouble(v -> v).toArray())
                .toArray(double[][]::new);
        int n = Arrays.stream(each).mapToInt(tries -> tries.length).sum();
        double passed =
                Arrays.stream(each).flatMapToDouble(Arrays::stream).average().orElse(0);
        Interval interval = n == 0
                ? new Interval(0, 1)
                : PairedBootstrap.USUAL
                        .intervals(List.<double[][]>of(each), means -> new double[] {means[0]}, LEVEL)
                        .get(0);
        Row row = new Row(
                table.decoder(),
                table.budget(),
                target,
                handMade,
                mixes,
                n,
                passed,
                interval,
                (double) calls / answers,
                passedThere);
        return Optional.of(new SetDial(row, scores));
    }

    private static Optional<Comparison> comparison(List<SetDial> sets, String learned) {
        Optional<SetDial> mine =
                sets.stream().filter(set -> set.row().decoder().equals(learned)).findFirst();
        Optional<SetDial> best = sets.stream()
                .filter(set -> set.row().handMade())
                .reduce((a, b) -> b.row().validation() > a.row().validation() ? b : a);
        return mine.isEmpty() || best.isEmpty() ? Optional.empty() : Optional.of(pair(mine.get(), best.get()));
    }

    private static Comparison pair(SetDial mine, SetDial best) {
        List<double[]> first = new ArrayList<>();
        List<double[]> second = new ArrayList<>();
        int wins = 0;
        int losses = 0;
        int n = 0;
        for (Map.Entry<String, Map<Long, Double>> problem : mine.scores().entrySet()) {
            Map<Long, Double> rival = best.scores().getOrDefault(problem.getKey(), Map.of());
            List<Long> seeds = problem.getValue().keySet().stream()
                    .filter(rival::containsKey)
                    .toList();
            double[] a = seeds.stream().mapToDouble(problem.getValue()::get).toArray();
            double[] b = seeds.stream().mapToDouble(rival::get).toArray();
            for (int i = 0; i < a.length; i++) {
                wins += a[i] > b[i] ? 1 : 0;
                losses += a[i] < b[i] ? 1 : 0;
            }
            n += a.length;
            if (a.length > 0) {
                first.add(a);
                second.add(b);
            }
        }
        int[] differences = new int[first.size()];
        Arrays.setAll(differences, i -> (int) (Arrays.stream(first.get(i)).sum()
                - Arrays.stream(second.get(i)).sum()));
        Interval interval = n == 0
                ? new Interval(0, 0)
                : PairedBootstrap.USUAL.difference(
                        first.toArray(double[][]::new), second.toArray(double[][]::new), LEVEL);
        return new Comparison(
                mine.row().budget(),
                mine.row().calls(),
                mine.row().decoder(),
                best.row().decoder(),
                n,
                wins,
                losses,
                n == 0 ? 0 : (double) (wins - losses) / n,
                interval,
                n == 0 ? 1 : new SignFlip(differences).exact(),
                1,
                "");
    }
}
