package io.maskflow.reward.problem.builtin;

import io.maskflow.reward.problem.builtin.part.Condition;
import io.maskflow.reward.problem.builtin.part.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/**
 * One value if a condition holds for n, another if not.
 *
 * @param condition the condition, not {@link Condition#ALL}
 * @param then what is returned if it holds
 * @param otherwise what is returned if not, without a constant of its own
 */
record ConditionalComposition(Condition condition, Mapping then, Mapping otherwise) implements Composition {
    private static final List<String> PARAMETERS = List.of("n", "x", "limit", "number", "max_n", "value");
    private static final List<String> RESULTS = List.of("result", "res", "out", "new_value", "answer");
    private static final int STYLES = 7;

    @Override
    public String key() {
        return String.join("|", "cond", condition.key(), then.key(), otherwise.key());
    }

    @Override
    public String text(Draws draws) {
        return "Write a function to return " + draws.pick(then.clauses()) + " if n is "
                + draws.pick(condition.clauses()) + " and " + draws.pick(otherwise.clauses()) + " otherwise.";
    }

    @Override
    public String name(Draws draws) {
        return switch (draws.below(6)) {
            case 0 -> "compute";
            case 1 -> "check_" + condition.word();
            case 2 -> "if_" + condition.word();
            case 3 -> "change_number";
            default -> then.word() + "_or_" + otherwise.word();
        };
    }

    @Override
    public String program(String name, Draws draws) {
        return Program.fitting(() -> draft(name, draws));
    }

    private String draft(String name, Draws draws) {
        String n = draws.pick(PARAMETERS);
        String result = Program.unused(draws, RESULTS, n);
        String test = draws.pick(condition.tests()).replace("$", n);
        String contrary = draws.pick(condition.negations()).replace("$", n);
        String a = draws.pick(then.expressions()).replace("$", n);
        String b = draws.pick(otherwise.expressions()).replace("$", n);
        Program program = Program.function(name, n);
        switch (draws.below(STYLES)) {
            case 0 ->
                program.line(1, "if " + test + ":")
                        .line(2, "return " + a)
                        .line(1, "else:")
                        .line(2, "return " + b);
            case 1 -> program.line(1, "if " + test + ":").line(2, "return " + a).line(1, "return " + b);
            case 2 -> program.line(1, "return " + a + " if " + test + " else " + b);
            case 3 ->
                program.line(1, "if " + test + ":")
                        .line(2, result + " = " + a)
                        .line(1, "else:")
                        .line(2, result + " = " + b)
                        .line(1, "return " + result);
            case 4 ->
                program.line(1, result + " = " + b)
                        .line(1, "if " + test + ":")
                        .line(2, result + " = " + a)
                        .line(1, "return " + result);
            case 5 ->
                program.line(1, result + " = " + a + " if " + test + " else " + b)
                        .line(1, "return " + result);
            default ->
                program.line(1, "if " + contrary + ":").line(2, "return " + b).line(1, "return " + a);
        }
        return program.text();
    }

    @Override
    public Optional<List<Case>> cases(Draws draws, int tries) {
        List<Function<Long, Optional<String>>> decoys = new ArrayList<>();
        decoys.add(meaning(then.apply()));
        decoys.add(meaning(otherwise.apply()));
        LongUnaryOperator swapped =
                n -> (condition.holds().test(n) ? otherwise : then).apply().applyAsLong(n);
        decoys.add(meaning(swapped));
        return Case.telling(
                draws,
                tries,
                d -> (long) d.between(-9, 20),
                n -> Long.toString(n),
                meaning(n ->
                        (condition.holds().test(n) ? then : otherwise).apply().applyAsLong(n)),
                decoys);
    }

    private static Function<Long, Optional<String>> meaning(LongUnaryOperator of) {
        return n -> Optional.of(Long.toString(of.applyAsLong(n)));
    }
}
