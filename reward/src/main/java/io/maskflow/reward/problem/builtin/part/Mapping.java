package io.maskflow.reward.problem.builtin.part;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What becomes of each number; its constants are 2, 4 and 6 (a cube is {@code ** 3}).
 *
 * @param key short name inside a composition's key
 * @param word what a function name calls it
 * @param phrases ways to name the mapped numbers, {@code #} for the noun phrase of the numbers
 * @param clauses ways to name the mapped {@code n} in a conditional problem; empty if it does not occur there
 * @param expressions Python expressions, {@code $} for the variable
 * @param factor whether the expressions may stand in a product without parentheses
 * @param apply its meaning, with Python's floor division and non-negative remainders
 */
public record Mapping(
        String key,
        String word,
        List<String> phrases,
        List<String> clauses,
        List<String> expressions,
        boolean factor,
        LongUnaryOperator apply) {

    /** Leaves a number as it is. */
    public static final Mapping SAME =
            new Mapping("id", "same", List.of("the #"), List.of("n itself"), List.of("$"), true, x -> x);

    /** Replaces a number by nothing; occurs in conditional problems only. */
    public static final Mapping ZERO = new Mapping("zero", "zero", List.of(), List.of("0"), List.of("0"), true, x -> 0);

    /** Every mapping of a list's numbers, {@link #SAME} first. */
    public static final List<Mapping> EVERY = every();

    /** Whether it leaves a number as it is. */
    public boolean isSame() {
        return key.equals("id");
    }

    /** Whether it is a branch of a conditional problem without a constant of its own. */
    public boolean isPlain() {
        return List.of("id", "neg", "sq", "zero").contains(key);
    }

    private static List<Mapping> every() {
        List<Mapping> every = new ArrayList<>();
        every.add(SAME);
        every.add(new Mapping(
                "neg", "negative", List.of("the negated #"), List.of("minus n"), List.of("-$"), false, x -> -x));
        every.add(new Mapping(
                "abs", "abs", List.of("the absolute values of the #"), List.of(), List.of("abs($)"), true, Math::abs));
        every.add(new Mapping(
                "sq",
                "square",
                List.of("the squares of the #", "the squared #"),
                List.of("the square of n"),
                List.of("$ ** 2", "$ * $"),
                true,
                x -> x * x));
        every.add(new Mapping(
                "cube", "cube", List.of("the cubes of the #"), List.of(), List.of("$ ** 3"), true, x -> x * x * x));
        for (int k : new int[] {2, 4, 6}) {
            every.add(new Mapping(
                    "add" + k,
                    "plus",
                    List.of("the values increased by " + k + " of the #"),
                    List.of("n plus " + k),
                    List.of("$ + " + k),
                    false,
                    x -> x + k));
            every.add(new Mapping(
                    "sub" + k,
                    "minus",
                    List.of("the values decreased by " + k + " of the #"),
                    List.of("n minus " + k),
                    List.of("$ - " + k),
                    false,
                    x -> x - k));
            every.add(new Mapping(
                    "mul" + k,
                    "times",
                    k == 2
                            ? List.of("the values multiplied by 2 of the #", "the doubled #")
                            : List.of("the values multiplied by " + k + " of the #"),
                    List.of("n times " + k),
                    List.of("$ * " + k, k + " * $"),
                    true,
                    x -> x * k));
            every.add(new Mapping(
                    "mod" + k,
                    "mod",
                    List.of("the remainders modulo " + k + " of the #"),
                    List.of(),
                    List.of("$ % " + k),
                    false,
                    x -> Math.floorMod(x, k)));
            every.add(new Mapping(
                    "quo" + k,
                    "quotient",
                    List.of("the quotients by " + k + " of the #"),
                    List.of(),
                    List.of("$ // " + k),
                    false,
                    x -> Math.floorDiv(x, k)));
        }
        return List.copyOf(every);
    }
}
