package io.maskflow.experiments.curves;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The answers of one decoder at every value of its dial, under one ceiling of calls. */
public final class DialGrid {

    private final String decoder;
    private final String budget;
    private final TreeMap<Double, Map<Try, Answer>> byDial = new TreeMap<>();

    /**
     * One answer.
     *
     * @param judged whether it has a verdict
     * @param passed whether all asserts passed
     * @param calls model calls
     * @param tokens response tokens before the first end token
     */
    public record Answer(boolean judged, boolean passed, int calls, int tokens) {

        double score() {
            return passed ? 1 : 0;
        }
    }

    /** A problem and the seed that answered it; in order of the problems. */
    record Try(String problem, long seed) implements Comparable<Try> {

        @Override
        public int compareTo(Try other) {
            int problems = problem.compareTo(other.problem);
            return problems != 0 ? problems : Long.compare(seed, other.seed);
        }
    }

    /**
     * An empty grid.
     *
     * @param decoder its name
     * @param budget ceiling of the calls of a single answer, as in the results
     */
    public DialGrid(String decoder, String budget) {
        this.decoder = decoder;
        this.budget = budget;
    }

    /** Adds an answer; one that is there is replaced. */
    public void add(double dial, String problem, long seed, Answer answer) {
        byDial.computeIfAbsent(dial, unused -> new TreeMap<>()).put(new Try(problem, seed), answer);
    }

    /** Name of the decoder. */
    public String decoder() {
        return decoder;
    }

    /** Ceiling of the calls of a single answer. */
    public String budget() {
        return budget;
    }

    /** Values of the dial, ascending. */
    public List<Double> dials() {
        return List.copyOf(byDial.keySet());
    }

    /** Seeds that answered, ascending. */
    List<Long> seeds() {
        return byDial.values().stream()
                .flatMap(answers -> answers.keySet().stream().map(Try::seed))
                .distinct()
                .sorted()
                .toList();
    }

    /** Problems that were answered, in order. */
    TreeSet<String> problems() {
        TreeSet<String> problems = new TreeSet<>();
        byDial.values().forEach(answers -> answers.keySet().forEach(each -> problems.add(each.problem())));
        return problems;
    }

    /** All answers at a value of the dial. */
    Map<Try, Answer> at(double dial) {
        return byDial.get(dial);
    }

    /** Only the answers of one seed. */
    DialGrid of(long seed) {
        DialGrid own = new DialGrid(decoder, budget);
        byDial.forEach((dial, answers) -> answers.forEach((key, answer) -> {
            if (key.seed() == seed) {
                own.add(dial, key.problem(), seed, answer);
            }
        }));
        return own;
    }

    /** Mean calls at a value of the dial, over all answers. */
    double calls(double dial) {
        return mean(byDial.get(dial).values(), Answer::calls);
    }

    /** Share of the judged answers at a value of the dial that passed; NaN if none was judged. */
    double passed(double dial) {
        return mean(byDial.get(dial).values().stream().filter(Answer::judged).toList(), Answer::score);
    }

    private static double mean(Collection<Answer> answers, ToDoubleFunction<Answer> value) {
        return answers.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /**
     * Scores of the judged answers at a value of the dial.
     *
     * @param problems in order
     * @return {@code [problems][seeds]}
     */
    double[][] scores(double dial, Collection<String> problems) {
        return values(dial, problems, answer -> answer.judged() ? answer.score() : Double.NaN);
    }

    /**
     * Calls of all answers at a value of the dial.
     *
     * @param problems in order
     * @return {@code [problems][seeds]}
     */
    double[][] calls(double dial, Collection<String> problems) {
        return values(dial, problems, Answer::calls);
    }

    private double[][] values(double dial, Collection<String> problems, ToDoubleFunction<Answer> value) {
        List<Long> seeds = seeds();
        return problems.stream()
                .map(problem -> seeds.stream()
                        .map(seed -> byDial.get(dial).get(new Try(problem, seed)))
                        .filter(Objects::nonNull)
                        .mapToDouble(value)
                        .filter(number -> !Double.isNaN(number))
                        .toArray())
                .toArray(double[][]::new);
    }
}
