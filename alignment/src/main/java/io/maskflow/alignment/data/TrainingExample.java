package io.maskflow.alignment.data;

/**
 * One pair to learn from, as token ids.
 *
 * @param promptIds the prompt; never masked, never scored
 * @param answerIds the answer without end tokens; whoever makes a batch pads it with them
 */
public record TrainingExample(int[] promptIds, int[] answerIds) {

    /** Refuses an empty answer: there would be nothing to learn. */
    public TrainingExample {
        if (answerIds.length == 0) {
            throw new IllegalArgumentException("a training example needs an answer of at least one token");
        }
    }
}
