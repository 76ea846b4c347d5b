package io.maskflow.experiments.training;

import io.maskflow.decoder.random.RandomStreams;
import java.util.random.RandomGenerator;

/**
 * Which problems a training step works on: the problems in a fresh order per pass, a function of the run seed and the
 * pass alone. Every problem comes once per pass; a step that crosses the end of a pass goes on in the next.
 */
final class PromptOrder {

    private final long seed;
    private final int problemCount;
    private long cachedPass = -1;
    private int[] cachedOrder;

    /**
     * @param seed run seed
     * @param problemCount problems to train on, at least 1
     */
    PromptOrder(long seed, int problemCount) {
        if (problemCount < 1) {
            throw new IllegalArgumentException("training needs at least 1 problem, had " + problemCount);
        }
        this.seed = seed;
        this.problemCount = problemCount;
    }

    /**
     * @param step training step, from 0
     * @param promptsPerStep prompts of every step
     * @return indices into the problem list
     */
    int[] promptsOf(long step, int promptsPerStep) {
        int[] prompts = new int[promptsPerStep];
        for (int k = 0; k < promptsPerStep; k++) {
            long draw = step * promptsPerStep + k;
            prompts[k] = orderOf(draw / problemCount)[(int) (draw % problemCount)];
        }
        return prompts;
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
