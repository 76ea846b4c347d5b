package io.maskflow.experiments.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.PairedBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much of the way from the best single choice of a grid to the best choice for each problem a decoder covers.
 *
 * @param decoder which
 * @param budget at which budget
 * @param oracle best candidate for each problem
 * @param base the member of the oracle that solved most validation problems
 * @param n answers that all three have a verdict for
 * @param passAt1 of the decoder on these answers
 * @param baseAt1 of the base
 * @param oracleAt1 of the oracle
 * @param recovered {@code (passAt1 - baseAt1) / (oracleAt1 - baseAt1)}; negative below the base
 * @param interval 95 % bootstrap interval of it, problems as clusters
 */
record OracleGap(
        String decoder,
        String budget,
        String oracle,
        String base,
        int n,
        @JsonProperty("pass_at_1") double passAt1,
        @JsonProperty("base_at_1") double baseAt1,
        @JsonProperty("oracle_at_1") double oracleAt1,
        double recovered,
        Interval interval) {

    private static final double LEVEL = 0.95;

    /** The gaps of every decoder that shares a budget with an oracle; where the oracle is no better there is none. */
    static List<OracleGap> of(EvaluateConfig config, List<Result> results, List<Selection> selections) {
        List<OracleGap> gaps = new ArrayList<>();
        Map<String, Map<String, Map<String, Result>>> byCell = new LinkedHashMap<>();
        for (Result result : results) {
            if (result.judged() && result.dial() == null) {
                byCell.computeIfAbsent(result.decoder() + "@" + result.budget(), cell -> new LinkedHashMap<>())
                        .computeIfAbsent(result.id(), id -> new TreeMap<>())
                        .put(Long.toString(result.seed()), result);
            }
        }
        config.oracles().forEach((oracle, members) -> {
            for (Selection best : best(members, selections)) {
                for (String decoder : config.decoders().keySet()) {
                    if (!members.contains(decoder)) {
                        gap(byCell, decoder, best.budget(), oracle, best.decoder())
                                .ifPresent(gaps::add);
                    }
                }
            }
        });
        return gaps;
    }

    /** For each budget the member that solved the largest share of its validation problems. */
    private static List<Selection> best(List<String> members, List<Selection> selections) {
        Map<String, Selection> byBudget = new LinkedHashMap<>();
        for (Selection selection : selections) {
            if (members.contains(selection.decoder())) {
                byBudget.merge(selection.budget(), selection, (a, b) -> share(b) > share(a) ? b : a);
            }
        }
        return List.copyOf(byBudget.values());
    }

    private static double share(Selection selection) {
        return (double) selection.passed().get(selection.index()) / selection.problems();
    }

    private static Optional<OracleGap> gap(
            Map<String, Map<String, Map<String, Result>>> byCell,
            String decoder,
            String budget,
            String oracle,
            String base) {
        Map<String, Map<String, Result>> x = byCell.getOrDefault(decoder + "@" + budget, Map.of());
        Map<String, Map<String, Result>> low = byCell.getOrDefault(base + "@" + budget, Map.of());
        Map<String, Map<String, Result>> high = byCell.getOrDefault(oracle + "@" + budget, Map.of());
        List<double[]> mine = new ArrayList<>();
        List<double[]> lows = new ArrayList<>();
        List<double[]> highs = new ArrayList<>();
        for (Map.Entry<String, Map<String, Result>> problem : x.entrySet()) {
            Map<String, Result> a = low.getOrDefault(problem.getKey(), Map.of());
            Map<String, Result> b = high.getOrDefault(problem.getKey(), Map.of());
            List<String> seeds = problem.getValue().keySet().stream()
                    .filter(seed -> a.containsKey(seed) && b.containsKey(seed))
                    .toList();
            if (!seeds.isEmpty()) {
                mine.add(scores(problem.getValue(), seeds));
                lows.add(scores(a, seeds));
                highs.add(scores(b, seeds));
            }
        }
        double baseAt1 = mean(lows);
        double oracleAt1 = mean(highs);
        if (mine.isEmpty() || oracleAt1 <= baseAt1) {
            return Optional.empty();
        }
        return Optional.of(new OracleGap(
                decoder,
                budget,
                oracle,
                base,
                mine.stream().mapToInt(tries -> tries.length).sum(),
                mean(mine),
                baseAt1,
                oracleAt1,
                (mean(mine) - baseAt1) / (oracleAt1 - baseAt1),
                PairedBootstrap.USUAL.recovered(
                        mine.toArray(double[][]::new),
                        lows.toArray(double[][]::new),
                        highs.toArray(double[][]::new),
                        LEVEL)));
    }

    private static double[] scores(Map<String, Result> answers, List<String> seeds) {
        return seeds.stream()
                .mapToDouble(seed -> answers.get(seed).passed() ? 1 : 0)
                .toArray();
    }

    private static double mean(List<double[]> scores) {
        return scores.stream().flatMapToDouble(Arrays::stream).average().orElse(0);
    }
}
