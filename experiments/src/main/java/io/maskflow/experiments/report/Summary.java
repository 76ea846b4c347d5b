package io.maskflow.experiments.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.curves.EqualCalls;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.JsonLines;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.experiments.statistics.Holm;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.McNemar;
import io.maskflow.experiments.statistics.MeanAndDeviation;
import io.maskflow.experiments.statistics.PairedBootstrap;
import io.maskflow.experiments.statistics.PassAtK;
import io.maskflow.experiments.statistics.Proportion;
import io.maskflow.experiments.statistics.SignFlip;
import io.maskflow.reward.MissingModules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code summary.json}: a row per decoder and budget, and every pair of decoders at the same budget; a curve per decoder
 * with a dial, and such decoders at equal calls.
 *
 * <p>Answers without a verdict are counted apart and enter no figure. A pair compares the answers (problem and seed)
 * that both decoders have a verdict for. McNemar's test takes them one by one; the bootstrap draws whole problems, so its
 * interval also holds when several seeds answer the same problem. Holm's correction takes the p values that keep the seeds
 * of a problem together, over all pairs of the file.
 *
 * @param responseLength {@code N}
 * @param rows in order of appearance
 * @param pairs in order of appearance
 * @param reference the decoder that others are measured against, the learned one; empty if there is none
 * @param handMade decoders in which nothing is learned
 * @param curves accuracy against model calls, of decoders with a dial
 * @param equalCalls decoders with a dial at equal numbers of calls
 */
public record Summary(
        @JsonProperty("response_length") int responseLength,
        List<Row> rows,
        List<Pair> pairs,
        String reference,
        @JsonProperty("hand_made") List<String> handMade,
        List<CallCurve> curves,
        @JsonProperty("equal_calls") EqualCalls equalCalls) {

    /** Of a run that evaluated nothing. */
    public static final Summary EMPTY = new Summary(0, List.of(), List.of(), "", List.of(), List.of(), EqualCalls.NONE);

    private static final double LEVEL = 0.95;

    /** Copies the lists; fills in what an older summary does not say. */
    public Summary {
        rows = List.copyOf(rows);
        pairs = List.copyOf(pairs);
        reference = reference == null ? "" : reference;
        handMade = handMade == null ? List.of() : List.copyOf(handMade);
        curves = curves == null ? List.of() : List.copyOf(curves);
        equalCalls = equalCalls == null ? EqualCalls.NONE : equalCalls;
    }

    /** The same with who was learned and who was made by hand. */
    public Summary withRoles(String learned, List<String> byHand) {
        return new Summary(responseLength, rows, pairs, learned, byHand, curves, equalCalls);
    }

    /** The same with the curves of decoders with a dial. */
    public Summary withCurves(List<CallCurve> drawn, EqualCalls compared) {
        return new Summary(responseLength, rows, pairs, reference, handMade, drawn, compared);
    }

    /**
     * One decoder at one budget.
     *
     * @param n judged answers
     * @param passed how many passed all asserts
     * @param noVerdict answers that could not be judged
     * @param passAt1 {@code passed / n}
     * @param wilson 95 % interval of it, each problem counted once however many seeds it has
     * @param passRate mean share of asserts passed
     * @param nfeMean model calls per answer
     * @param nfeOverLength {@code nfeMean / N}
     * @param tpf response tokens per model call, over all answers
     * @param seconds per answer
     * @param bySeed {@code pass_at_1} of each seed
     * @param passAtK by {@code k} in [1, n]: the mean over problems of the unbiased estimate from the problem's {@code n}
     *     seeds taken as samples, {@code n} that of the problem with the fewest; empty where one seed answers
     * @param missingModules modules that programs asked for and the sandbox has not, each with the number of such answers
     * @param conditions what it was measured under
     */
    public record Row(
            String decoder,
            String budget,
            long n,
            long passed,
            @JsonProperty("no_verdict") long noVerdict,
            @JsonProperty("pass_at_1") double passAt1,
            Interval wilson,
            @JsonProperty("pass_rate") double passRate,
            @JsonProperty("nfe_mean") double nfeMean,
            @JsonProperty("nfe_over_length") double nfeOverLength,
            double tpf,
            double seconds,
            @JsonProperty("by_seed") Map<Long, Double> bySeed,
            @JsonProperty("pass_at_k") Map<Integer, Double> passAtK,
            @JsonProperty("missing_modules") @JsonInclude(JsonInclude.Include.NON_EMPTY)
                    Map<String, Integer> missingModules,
            Conditions conditions) {

        /** Fills in what an older summary does not say. */
        public Row {
            bySeed = bySeed == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(bySeed));
            passAtK = passAtK == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(passAtK));
            missingModules =
                    missingModules == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(missingModules));
            conditions = conditions == null ? Conditions.UNKNOWN : conditions;
        }

        /** Mean and spread over seeds. */
        public MeanAndDeviation overSeeds() {
            return MeanAndDeviation.of(
                    bySeed.values().stream().mapToDouble(share -> share).toArray());
        }
    }

    /**
     * Two decoders at one budget.
     *
     * @param n answers that both have a verdict for
     * @param wins solved by {@code first} only
     * @param losses solved by {@code second} only
     * @param p exact McNemar, two-sided
     * @param midP its mid-p form
     * @param pHolm {@code pClustered} corrected over all pairs
     * @param pClustered exact sign-flip test with the seeds of a problem kept together; {@code p} where there is one seed
     * @param difference {@code pass_at_1} of the first minus that of the second, on these answers
     * @param interval 95 % paired-bootstrap interval of the difference, problems as clusters
     */
    public record Pair(
            String first,
            String second,
            String budget,
            int n,
            int wins,
            int losses,
            double p,
            @JsonProperty("mid_p") double midP,
            @JsonProperty("p_holm") double pHolm,
            @JsonProperty("p_clustered") double pClustered,
            double difference,
            Interval interval) {

        private Pair corrected(double value) {
            return new Pair(first, second, budget, n, wins, losses, p, midP, value, pClustered, difference, interval);
        }
    }

    /** Which decoder is compared with which. */
    public interface Comparisons {

        /** Every decoder with every later one. */
        Comparisons ALL = (earlier, later) -> Optional.of(List.of(earlier, later));

        /**
         * Whether two decoders are compared.
         *
         * @param earlier the one that comes first in the results
         * @param later the other
         * @return both names, that of the first system of the pair first; empty if they are not compared
         */
        Optional<List<String>> pair(String earlier, String later);

        /**
         * Every decoder with one.
         *
         * @param reference its name
         */
        static Comparisons with(String reference) {
            return (earlier, later) -> earlier.equals(reference)
                    ? Optional.of(List.of(later, earlier))
                    : later.equals(reference) ? Optional.of(List.of(earlier, later)) : Optional.empty();
        }
    }

    /**
     * Sums up results, every pair compared.
     *
     * @param results all answers
     * @param responseLength {@code N}, at least 1
     */
    public static Summary of(List<Result> results, int responseLength) {
        return of(results, responseLength, Map.of(), Comparisons.ALL);
    }

    /**
     * Sums up results.
     *
     * @param results all answers
     * @param responseLength {@code N}, at least 1
     * @param conditions of each decoder by name; unknown for one that is not there
     * @param comparisons which pairs are compared
     */
    public static Summary of(
            List<Result> results, int responseLength, Map<String, Conditions> conditions, Comparisons comparisons) {
        Map<String, Map<String, List<Result>>> byBudget = new LinkedHashMap<>();
        for (Result result : results) {
            if (result.dial() != null) {
                continue; // a point of a curve
            }
            byBudget.computeIfAbsent(result.budget(), budget -> new LinkedHashMap<>())
                    .computeIfAbsent(result.decoder(), decoder -> new ArrayList<>())
                    .add(result);
        }
        List<Row> rows = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        byBudget.forEach((budget, byDecoder) -> {
            byDecoder.forEach((decoder, answers) -> rows.add(row(
                    decoder, budget, answers, responseLength, conditions.getOrDefault(decoder, Conditions.UNKNOWN))));
            List<String> decoders = List.copyOf(byDecoder.keySet());
            for (int i = 0; i < decoders.size(); i++) {
                for (int j = i + 1; j < decoders.size(); j++) {
                    comparisons
                            .pair(decoders.get(i), decoders.get(j))
                            .map(names -> pair(budget, names.get(0), names.get(1), byDecoder))
                            .filter(pair -> pair.n() > 0)
                            .ifPresent(pairs::add);
                }
            }
        });
        double[] corrected =
                Holm.correct(pairs.stream().mapToDouble(Pair::pClustered).toArray());
        List<Pair> compared = new ArrayList<>();
        for (int i = 0; i < corrected.length; i++) {
            compared.add(pairs.get(i).corrected(corrected[i]));
        }
        return new Summary(responseLength, rows, compared, "", List.of(), List.of(), EqualCalls.NONE);
    }

    private static Row row(
            String decoder, String budget, List<Result> answers, int responseLength, Conditions conditions) {
        List<Result> judged = answers.stream().filter(Result::judged).toList();
        long passed = judged.stream().filter(Result::passed).count();
        long problems = judged.stream().map(Result::id).distinct().count();
        double nfe = answers.stream().mapToInt(Result::nfe).average().orElse(0);
        long tokens = answers.stream().mapToLong(Result::tokens).sum();
        long calls = answers.stream().mapToLong(Result::nfe).sum();
        return new Row(
                decoder,
                budget,
                judged.size(),
                passed,
                answers.size() - judged.size(),
                judged.isEmpty() ? 0 : (double) passed / judged.size(),
                new Proportion(passed, judged.size()).wilson(LEVEL, problems),
                judged.stream()
                        .mapToDouble(r -> r.passRate() == null ? 0 : r.passRate())
                        .average()
                        .orElse(0),
                nfe,
                nfe / responseLength,
                calls == 0 ? 0 : (double) tokens / calls,
                answers.stream().mapToDouble(Result::seconds).average().orElse(0),
                judged.stream()
                        .collect(Collectors.groupingBy(
                                Result::seed, Collectors.averagingDouble(r -> r.passed() ? 1 : 0))),
                passAtK(judged),
                MissingModules.count(answers.stream().map(Result::note)),
                conditions);
    }

    private static Map<Integer, Double> passAtK(List<Result> judged) {
        Collection<Map<Long, Boolean>> problems = byProblem(judged).values();
        int n = problems.stream().mapToInt(Map::size).min().orElse(0);
        Map<Integer, Double> estimates = new TreeMap<>();
        for (int k = 1; n > 1 && k <= n; k++) {
            int most = k;
            estimates.put(
                    k,
                    problems.stream()
                            .mapToDouble(seeds ->
                                    PassAtK.estimate(seeds.size(), Collections.frequency(seeds.values(), true), most))
                            .average()
                            .orElseThrow());
        }
        return estimates;
    }

    private static Pair pair(String budget, String first, String second, Map<String, List<Result>> byDecoder) {
        Map<String, Map<Long, Boolean>> other = byProblem(byDecoder.get(second));
        int wins = 0;
        int losses = 0;
        int n = 0;
        List<double[]> firstScores = new ArrayList<>();
        List<double[]> secondScores = new ArrayList<>();
        List<Integer> differences = new ArrayList<>();
        for (Map.Entry<String, Map<Long, Boolean>> problem :
                byProblem(byDecoder.get(first)).entrySet()) {
            Map<Long, Boolean> rivals = other.getOrDefault(problem.getKey(), Map.of());
            List<Long> seeds = problem.getValue().keySet().stream()
                    .filter(rivals::containsKey)
                    .toList();
            if (seeds.isEmpty()) {
                continue;
            }
            double[] mine = new double[seeds.size()];
            double[] theirs = new double[seeds.size()];
            for (int i = 0; i < mine.length; i++) {
                boolean a = problem.getValue().get(seeds.get(i));
                boolean b = rivals.get(seeds.get(i));
                wins += a && !b ? 1 : 0;
                losses += b && !a ? 1 : 0;
                mine[i] = a ? 1 : 0;
                theirs[i] = b ? 1 : 0;
            }
            n += mine.length;
            differences.add(
                    (int) (Arrays.stream(mine).sum() - Arrays.stream(theirs).sum()));
            firstScores.add(mine);
            secondScores.add(theirs);
        }
        McNemar test = new McNemar(wins, losses);
        Interval interval = n == 0
                ? new Interval(0, 0)
                : PairedBootstrap.USUAL.difference(
                        firstScores.toArray(double[][]::new), secondScores.toArray(double[][]::new), LEVEL);
        double difference = n == 0 ? 0 : (double) (wins - losses) / n;
        double clustered = new SignFlip(differences.stream().mapToInt(d -> d).toArray()).exact();
        return new Pair(
                first,
                second,
                budget,
                n,
                wins,
                losses,
                test.exact(),
                test.midP(),
                test.exact(),
                clustered,
                difference,
                interval);
    }

    private static Map<String, Map<Long, Boolean>> byProblem(List<Result> answers) {
        Map<String, Map<Long, Boolean>> passed = new TreeMap<>();
        for (Result result : answers) {
            if (result.judged()) {
                passed.computeIfAbsent(result.id(), id -> new TreeMap<>()).put(result.seed(), result.passed());
            }
        }
        return passed;
    }

    /** Writes the summary as indented JSON. */
    public void write(Path file) {
        DurableFile.write(
                file, draft -> JsonLines.MAPPER.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), this));
    }

    /** Reads a summary. */
    public static Summary read(Path file) {
        try {
            return JsonLines.MAPPER.readValue(file.toFile(), Summary.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
