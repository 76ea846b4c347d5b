package io.maskflow.reward.problem.builtin.part;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A condition on a whole number; its constants are 3, 5 and 7.
 *
 * @param key short name inside a composition's key
 * @param word what a function name calls it
 * @param nouns ways to call the numbers that satisfy it, without article
 * @param clauses ways to say that it holds, to be put after "n is"
 * @param tests Python tests of it, {@code $} for the variable; empty if it always holds
 * @param negations Python tests of its contrary
 * @param holds its meaning
 */
public record Condition(
        String key,
        String word,
        List<String> nouns,
        List<String> clauses,
        List<String> tests,
        List<String> negations,
        LongPredicate holds) {

    /** The condition that every number satisfies. */
    public static final Condition ALL =
            new Condition("all", "all", List.of("numbers"), List.of(), List.of(), List.of(), x -> true);

    /** Every condition, {@link #ALL} last. */
    public static final List<Condition> EVERY = every();

    /** Whether it lets every number through. */
    public boolean isAll() {
        return tests.isEmpty();
    }

    /** Whether only negative inputs tell the condition from {@link #ALL}. */
    public boolean asksForSign() {
        return key.equals("pos") || key.equals("neg");
    }

    private static List<Condition> every() {
        List<Condition> every = new ArrayList<>();
        every.add(new Condition(
                "even",
                "even",
                List.of("even numbers", "numbers that are even"),
                List.of("even"),
                List.of("$ % 2 == 0"),
                List.of("$ % 2 != 0", "$ % 2 == 1"),
                x -> x % 2 == 0));
        every.add(new Condition(
                "odd",
                "odd",
                List.of("odd numbers", "numbers that are odd"),
                List.of("odd"),
                List.of("$ % 2 == 1", "$ % 2 != 0"),
                List.of("$ % 2 == 0"),
                x -> x % 2 != 0));
        every.add(new Condition(
                "pos",
                "positive",
                List.of("positive numbers"),
                List.of("positive"),
                List.of("$ > 0"),
                List.of("$ <= 0"),
                x -> x > 0));
        every.add(new Condition(
                "neg",
                "negative",
                List.of("negative numbers"),
                List.of("negative"),
                List.of("$ < 0"),
                List.of("$ >= 0"),
                x -> x < 0));
        for (int k : new int[] {3, 5, 7}) {
            every.add(comparison("gt", "above", "greater than # / above #", ">", "<=", k, x -> x > k));
            every.add(comparison("lt", "below", "less than # / below #", "<", ">=", k, x -> x < k));
            every.add(comparison("ge", "least", "at least #", ">=", "<", k, x -> x >= k));
            every.add(comparison("le", "most", "at most #", "<=", ">", k, x -> x <= k));
            every.add(comparison("ne", "different", "not equal to # / different from #", "!=", "==", k, x -> x != k));
            every.add(new Condition(
                    "div" + k,
                    "divisible",
                    List.of("numbers divisible by " + k, "multiples of " + k),
                    List.of("divisible by " + k, "a multiple of " + k),
                    List.of("$ % " + k + " == 0"),
                    List.of("$ % " + k + " != 0"),
                    x -> x % k == 0));
            every.add(new Condition(
                    "ndiv" + k,
                    "not_divisible",
                    List.of("numbers not divisible by " + k),
                    List.of("not divisible by " + k),
                    List.of("$ % " + k + " != 0"),
                    List.of("$ % " + k + " == 0"),
                    x -> x % k != 0));
        }
        every.add(ALL);
        return List.copyOf(every);
    }

    private static Condition comparison(
            String key, String word, String phrases, String operator, String contrary, int k, LongPredicate holds) {
        List<String> nouns = new ArrayList<>();
        List<String> clauses = new ArrayList<>();
        for (String phrase : phrases.replace("#", Integer.toString(k)).split(" / ")) {
            nouns.add((phrase.startsWith("at ") ? "numbers that are " : "numbers ") + phrase);
            clauses.add(phrase);
        }
        return new Condition(
                key + k,
                word,
                List.copyOf(nouns),
                List.copyOf(clauses),
                List.of("$ " + operator + " " + k),
                List.of("$ " + contrary + " " + k),
                holds);
    }
}
