package io.maskflow.decoder;

import java.util.List;

/**
 * A batch of responses to decode together.
 *
 * <p>Prompts may differ in length. Consecutive samples that share one prompt array (the same object) are recognised as
 * copies, so that a group's first model call, equal for all its samples, is computed once.
 *
 * @param samples the rows of the batch, in order
 * @param responseLength {@code N}, response positions of every row, at least 1
 * @param steps {@code T}, diffusion steps, at least 1
 */
public record DecodeRequest(List<Sample> samples, int responseLength, int steps) {

    /**
     * One row.
     *
     * @param promptIds token ids of the prompt; never changed
     * @param key identity of the row's random draws
     * @param price of a model call, for a step-size policy with a dial; 0 for none
     */
    public record Sample(int[] promptIds, SampleKey key, double price) {

        /** Refuses a negative price. */
        public Sample {
            if (!(price >= 0 && price < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("price must be at least 0, was " + price);
            }
        }

        /** Without a price. */
        public Sample(int[] promptIds, SampleKey key) {
            this(promptIds, key, 0);
        }
    }

    /** Refuses an empty batch, length or step count. */
    public DecodeRequest {
        samples = List.copyOf(samples);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("a decode request needs at least one sample");
        }
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, was " + steps);
        }
    }
}
