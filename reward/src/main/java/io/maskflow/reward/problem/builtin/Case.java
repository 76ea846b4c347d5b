package io.maskflow.reward.problem.builtin;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An input and what the composition makes of it, both as Python literals.
 *
 * @param argument the argument of the call
 * @param expected the value that the call must return
 */
record Case(String argument, String expected) {
    /** Asserts of a problem. */
    static final int PER_PROBLEM = 3;

    /** Attempts in which a composition must show that it belongs in the world. */
    static final int TRIES_TO_EXIST = 60;
    /** Attempts to find cases of a composition that exists: enough that failing is out of the question. */
    static final int TRIES = 3000;

    /** The assert that calls a function on the argument. */
    String assertion(String function) {
        return "assert " + function + "(" + argument + ") == " + expected;
    }

    /**
     * Draws three cases that together tell the composition from every decoy and from a constant answer.
     *
     * @param draws where the inputs come from
     * @param tries how many sets of three to try
     * @param input draws one input, as a Python literal is made of it by {@code literal}
     * @param meaning the composition; empty where it is undefined or too large to be asked for
     * @param decoys the composition with one part left out or exchanged
     * @return three cases with different arguments, or empty if none were found: then some part of the composition
     *     does not matter, and it does not belong in the world
     */
    static <I> Optional<List<Case>> telling(
            Draws draws,
            int tries,
            Function<Draws, I> input,
            Function<I, String> literal,
            Function<I, Optional<String>> meaning,
            List<Function<I, Optional<String>>> decoys) {
        for (int attempt = 0; attempt < tries; attempt++) {
            List<I> inputs = new ArrayList<>();
            List<Case> cases = new ArrayList<>();
            Set<String> arguments = new LinkedHashSet<>();
            Set<String> values = new LinkedHashSet<>();
            for (int draw = 0; draw < 4 * PER_PROBLEM && cases.size() < PER_PROBLEM; draw++) {
                I drawn = input.apply(draws);
                Optional<String> value = meaning.apply(drawn);
                String argument = value.isPresent() ? literal.apply(drawn) : "";
                if (value.isPresent() && arguments.add(argument)) {
                    inputs.add(drawn);
                    values.add(value.get());
                    cases.add(new Case(argument, value.get()));
                }
            }
            boolean varied = cases.size() == PER_PROBLEM && values.size() > 1;
            if (varied && decoys.stream().allMatch(decoy -> isRefuted(decoy, inputs, cases))) {
                return Optional.of(List.copyOf(cases));
            }
        }
        return Optional.empty();
    }

    private static <I> boolean isRefuted(Function<I, Optional<String>> decoy, List<I> inputs, List<Case> cases) {
        for (int i = 0; i < cases.size(); i++) {
            if (!decoy.apply(inputs.get(i)).equals(Optional.of(cases.get(i).expected()))) {
                return true;
            }
        }
        return false;
    }
}
