package io.maskflow.experiments.report;

import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.DialGrid;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.curves.PerProblemOracle;
import io.maskflow.experiments.run.ResultsLog.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From the answers of decoders with a dial to {@code curves} and {@code equal_calls} of a summary.
 *
 * @param responseLength {@code N}
 * @param dials name of the dial by decoder
 * @param oracles name to the decoders that it chooses among
 * @param calls mean numbers of calls at which decoders are compared
 * @param learned name of the learned decoder, empty for none
 * @param handMade names of the hand-made ones
 * @param margin what may be lost for "not inferior"
 */
public record CurveSummary(
        int responseLength,
        Map<String, String> dials,
        Map<String, List<String>> oracles,
        List<Double> calls,
        String learned,
        Collection<String> handMade,
        double margin) {

    /**
     * The curves of every ceiling.
     *
     * @param results answers to the table's problems
     */
    public List<CallCurve> curves(List<Result> results) {
        List<CallCurve> curves = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>(dials);
        oracles.keySet().forEach(oracle -> names.put(oracle, "price"));
        byBudget(grids(results)).forEach((budget, grids) -> {
            List<DialGrid> all = new ArrayList<>(grids);
            oracles.forEach((name, members) -> {
                List<DialGrid> own = grids.stream()
                        .filter(grid -> members.contains(grid.decoder()))
                        .toList();
                if (!own.isEmpty()) {
                    all.add(PerProblemOracle.of(name, own, responseLength));
                }
            });
            curves.addAll(CallCurve.of(all, names, calls, learned, responseLength));
        });
        return curves;
    }

    /**
     * The comparison at equal calls.
     *
     * @param validation answers to the problems that dials are chosen on
     * @param results answers to the table's problems
     */
    public EqualCalls equalCalls(List<Result> validation, List<Result> results) {
        return EqualCalls.of(grids(validation), grids(results), calls, learned, handMade, margin);
    }

    private static Map<String, List<DialGrid>> byBudget(List<DialGrid> grids) {
        Map<String, List<DialGrid>> byBudget = new LinkedHashMap<>();
        grids.forEach(grid -> byBudget.computeIfAbsent(grid.budget(), budget -> new ArrayList<>())
                .add(grid));
        return byBudget;
    }

    private List<DialGrid> grids(List<Result> results) {
        Map<String, DialGrid> grids = new LinkedHashMap<>();
        for (Result result : results) {
            if (result.dial() != null && dials.containsKey(result.decoder())) {
                grids.computeIfAbsent(
                                result.decoder() + "\n" + result.budget(),
                                unused -> new DialGrid(result.decoder(), result.budget()))
                        .add(
                                result.dial(),
                                result.id(),
                                result.seed(),
                                new DialGrid.Answer(result.judged(), result.passed(), result.nfe(), result.tokens()));
            }
        }
        return List.copyOf(grids.values());
    }
}
