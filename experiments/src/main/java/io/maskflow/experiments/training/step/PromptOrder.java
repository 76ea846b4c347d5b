package io.maskflow.experiments.training.step;

import io.maskflow.decoder.random.RandomStreams;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Which problems a training step works on: fresh ones, in a new order per pass, and, with some probability, ones whose
 * last group was not flat (a flat group teaches nothing). What is flat at one budget need not be at another, so each place
 * is of a kind (its budget) and problems are remembered per kind. A function of the run seed and of what the groups were;
 * its {@link State} goes into the checkpoint.
 */
public final class PromptOrder {

    /** Fewest informative problems of a kind before any is drawn again. */
    private static final int SMALLEST_POOL = 32;

    private final long seed;
    private final int problemCount;
    private final double replay;
    private final TreeSet<Integer> informative; // kind * problemCount + problem
    private long drawn;
    private long cachedPass = -1;
    private int[] cachedOrder;

    /**
     * All that a resume needs.
     *
     * @param drawn fresh problems drawn so far
     * @param informative problems whose last group was not flat, as kind times problem count plus index, ascending
     */
    public record State(long drawn, List<Integer> informative) {
        /** Before the first step. */
        public static final State START = new State(0, List.of());
    }

    /**
     * @param seed run seed
     * @param problemCount problems to train on, at least 1
     * @param replay probability that a place in the batch goes to an informative problem
     * @param state where to go on
     */
    public PromptOrder(long seed, int problemCount, double replay, State state) {
        if (problemCount < 1) {
            throw new IllegalArgumentException("training needs at least 1 problem, had " + problemCount);
        }
        this.seed = seed;
        this.problemCount = problemCount;
        this.replay = replay;
        this.drawn = state.drawn();
        this.informative = new TreeSet<>(state.informative());
    }

    /** What a resume needs to go on in the same order. */
    public State state() {
        return new State(drawn, List.copyOf(informative));
    }

    /**
     * The problems of a step. No problem comes twice in it unless there are fewer problems than places; then each comes as
     * often as any other, or once more.
     *
     * @param step training step, from 0
     * @param kinds what kind each place is of, from 0
     * @return indices into the problem list, one for each place
     */
    int[] next(long step, int[] kinds) {
        return next(step, 0, kinds, new HashSet<>());
    }

    /**
     * Further problems of a step, in place of those whose groups were flat.
     *
     * @param step training step, from 0
     * @param round 0 for the step's own problems, then 1, 2, ...
     * @param kinds what kind each place is of, from 0
     * @param taken problems that the step has worked on already; these are added
     * @return indices into the problem list, one for each place
     */
    int[] next(long step, int round, int[] kinds, Set<Integer> taken) {
        RandomGenerator random = RandomStreams.of(seed, "replay", step, 0, round, 0);
        Map<Integer, List<Integer>> pools = new HashMap<>();
        int[] prompts = new int[kinds.length];
        Set<Integer> seen = new HashSet<>(taken.size() < problemCount ? taken : Set.of());
        for (int place = 0; place < kinds.length; place++) {
            List<Integer> pool = pools.computeIfAbsent(kinds[place], this::pool);
            int prompt = -1;
            if (replay > 0 && random.nextDouble() < replay && pool.size() >= SMALLEST_POOL) {
                int candidate = pool.get(random.nextInt(pool.size()));
                prompt = seen.contains(candidate) ? -1 : candidate;
            }
            if (prompt < 0) {
                prompt = fresh(seen);
            }
            taken.add(prompt);
            seen.add(prompt);
            if (seen.size() == problemCount) {
                seen.clear(); // fewer problems than places: every one again before any a third time
            }
            prompts[place] = prompt;
        }
        return prompts;
    }

    private List<Integer> pool(int kind) {
        return informative.subSet(kind * problemCount, (kind + 1) * problemCount).stream()
                .map(entry -> entry % problemCount)
                .toList();
    }

    /**
     * What a group showed about its problem.
     *
     * @param problem index into the problem list
     * @param kind kind of its place
     */
    void learned(int problem, int kind, boolean isInformative) {
        int entry = kind * problemCount + problem;
        if (isInformative) {
            informative.add(entry);
        } else {
            informative.remove(entry);
        }
    }

    private int fresh(Set<Integer> seen) {
        int prompt = draw();
        // seen never holds every problem, and each is drawn once a pass: two passes at most
        while (seen.contains(prompt)) {
            prompt = draw();
        }
        return prompt;
    }

    private int draw() {
        int prompt = orderOf(drawn / problemCount)[(int) (drawn % problemCount)];
        drawn++;
        return prompt;
    }

    private int[] orderOf(long pass) {
        if (pass != cachedPass) {
            RandomGenerator random = RandomStreams.of(seed, "prompts", pass, 0, 0, 0);
            int[] order = new int[problemCount];
            for (int i = 0; i < problemCount; i++) {
                int j = random.nextInt(i + 1); // Fisher-Yates, inside out
                order[i] = order[j];
                order[j] = i;
            }
            cachedPass = pass;
            cachedOrder = order;
        }
        return cachedOrder;
    }
}
