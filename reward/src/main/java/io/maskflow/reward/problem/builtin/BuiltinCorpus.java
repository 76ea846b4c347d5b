package io.maskflow.reward.problem.builtin;

import java.util.List;

/**
 * The unbounded stream of training pairs: training compositions only, with words, names, styles and inputs drawn anew.
 *
 * <p>Example {@code i} is a function of the seed and {@code i}, so a stream can be read from any place, by any thread,
 * and read again.
 */
public final class BuiltinCorpus {
    private static final long CORPUS = 4;
    private static final int NUMBERS_PERCENT = 72;
    private static final int CONDITIONALS_PERCENT = 16;

    private final long seed;
    private final List<Composition> numbers = family(NumberComposition.class);
    private final List<Composition> conditionals = family(ConditionalComposition.class);
    private final List<Composition> texts = family(TextComposition.class);

    /**
     * A stream.
     *
     * @param seed any number; the same number gives the same stream
     */
    public BuiltinCorpus(long seed) {
        this.seed = seed;
    }

    /**
     * A prompt and a program that answers it.
     *
     * @param prompt the sentence, one assert and a line break after each
     * @param code a program, without a last line break
     * @param composition the composition's key, never one of {@link Split#VALIDATION} or {@link Split#TEST}
     */
    public record Example(String prompt, String code, String composition) {}

    /**
     * One pair of the stream.
     *
     * @param index the place, at least 0
     * @return the pair
     * @throws IllegalArgumentException if the index is negative
     */
    public Example example(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, was " + index);
        }
        Draws draws = Draws.of(seed, CORPUS, index);
        BuiltinProblem problem = BuiltinProblems.problem(1, draws.pick(family(draws.below(100))), draws);
        String prompt = problem.text() + "\n" + problem.testList().get(0) + "\n";
        return new Example(prompt, problem.code(), problem.composition());
    }

    /** Strings are few among the compositions, and their words are their own: they get a larger share of the stream. */
    private List<Composition> family(int percentile) {
        if (percentile < NUMBERS_PERCENT) {
            return numbers;
        }
        return percentile < NUMBERS_PERCENT + CONDITIONALS_PERCENT ? conditionals : texts;
    }

    private static List<Composition> family(Class<? extends Composition> family) {
        return BuiltinWorld.compositions(Split.TRAIN).stream()
                .filter(family::isInstance)
                .toList();
    }
}
