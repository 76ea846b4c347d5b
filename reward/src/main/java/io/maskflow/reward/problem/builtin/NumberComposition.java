package io.maskflow.reward.problem.builtin;

import io.maskflow.reward.problem.builtin.part.Condition;
import io.maskflow.reward.problem.builtin.part.Mapping;
import io.maskflow.reward.problem.builtin.part.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Filter, map and reduce over the numbers of a list or over the numbers from 1 to n.
 *
 * @param overList whether the source is a list; else the range from 1 to n
 * @param condition which numbers are kept
 * @param mapping what becomes of them
 * @param reduction what is made of the results
 */
record NumberComposition(boolean overList, Condition condition, Mapping mapping, Reduction reduction)
        implements Composition {

    @Override
    public String key() {
        return String.join("|", "num", overList ? "list" : "range", condition.key(), mapping.key(), reduction.key());
    }

    @Override
    public String text(Draws draws) {
        String numbers = draws.pick(condition.nouns());
        String source = overList ? "in a list" : "from 1 to n";
        if (reduction == Reduction.COUNT) {
            return "Write a function to count the " + numbers + " " + source + ".";
        }
        String mapped = draws.pick(mapping.phrases()).replace("#", numbers);
        return "Write a function to find the " + draws.pick(reduction.nouns()) + " of " + mapped + " " + source + ".";
    }

    @Override
    public String name(Draws draws) {
        int form = draws.below(10);
        if (form < 3) {
            return "find_" + reduction.key();
        }
        if (form < 4) {
            return "get_" + reduction.key();
        }
        boolean mapped = !mapping.isSame() && (form < 7 || condition.isAll());
        return reduction.key()
                + (condition.isAll() && mapped ? "" : "_" + condition.word())
                + (mapped && !condition.word().contains("_") ? "_" + mapping.word() : "");
    }

    @Override
    public String program(String name, Draws draws) {
        return Program.fitting(() -> new NumberProgram(this, name, draws).text());
    }

    @Override
    public Optional<List<Case>> cases(Draws draws, int tries) {
        List<NumberComposition> decoys = new ArrayList<>();
        if (!condition.isAll()) {
            decoys.add(new NumberComposition(overList, Condition.ALL, mapping, reduction));
        }
        if (!mapping.isSame()) {
            decoys.add(new NumberComposition(overList, condition, Mapping.SAME, reduction));
        }
        if (reduction == Reduction.SORTED) {
            decoys.add(new NumberComposition(overList, condition, mapping, Reduction.LIST));
        }
        boolean signed = condition.asksForSign() || mapping.key().equals("abs");
        return Case.telling(
                draws,
                tries,
                d -> overList ? numbers(d, signed || d.chance(40)) : new long[] {d.between(3, 12)},
                this::literal,
                this::value,
                decoys.stream()
                        .map(decoy -> (Function<long[], Optional<String>>) decoy::value)
                        .toList());
    }

    private static long[] numbers(Draws draws, boolean signed) {
        long[] numbers = new long[draws.between(3, 5)];
        Arrays.setAll(numbers, i -> draws.between(signed ? -9 : 0, 12));
        return numbers;
    }

    private String literal(long[] input) {
        return overList ? Arrays.toString(input) : Long.toString(input[0]);
    }

    private Optional<String> value(long[] input) {
        int length = overList ? input.length : (int) input[0];
        long[] values = new long[length];
        int kept = 0;
        for (int i = 0; i < length; i++) {
            long x = overList ? input[i] : i + 1;
            if (condition.holds().test(x)) {
                values[kept++] = mapping.apply().applyAsLong(x);
            }
        }
        return reduction.of(Arrays.copyOf(values, kept));
    }
}
