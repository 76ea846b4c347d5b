package io.maskflow.alignment.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which examples a batch holds: a function of (seed, batch number), so a resumed run reads on where it stopped.
 *
 * <p>Examples are taken in stream order, {@value #WINDOW} batches at a time; within such a window they are sorted by
 * prompt length and cut into batches, so that little of a batch is padding, and the batches are put in random order.
 */
public final class BatchOrder {

    private static final int WINDOW = 4;

    private final TrainingExamples examples;
    private final int batchSize;
    private final long seed;
    private long windowNumber = -1;
    private List<List<TrainingExample>> window = List.of();

    /**
     * An order.
     *
     * @param examples the stream
     * @param batchSize examples per batch
     * @param seed of the order of batches within a window
     */
    public BatchOrder(TrainingExamples examples, int batchSize, long seed) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize must be at least 1, was " + batchSize);
        }
        this.examples = examples;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /**
     * One batch.
     *
     * @param number counted from 0
     * @return its examples
     */
    public List<TrainingExample> batch(long number) {
        long wanted = number / WINDOW;
        if (wanted != windowNumber) {
            window = windowOf(wanted);
            windowNumber = wanted;
        }
        return window.get((int) (number % WINDOW));
    }

    private List<List<TrainingExample>> windowOf(long wanted) {
        int size = WINDOW * batchSize;
        List<TrainingExample> sorted = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            sorted.add(examples.example(wanted * size + i));
        }
        sorted.sort(Comparator.comparingInt(example -> example.promptIds().length));
        List<List<TrainingExample>> batches = new ArrayList<>(WINDOW);
        for (int place : KeyedDraws.of(seed, wanted).permutation(WINDOW)) {
            batches.add(List.copyOf(sorted.subList(place * batchSize, (place + 1) * batchSize)));
        }
        return batches;
    }
}
