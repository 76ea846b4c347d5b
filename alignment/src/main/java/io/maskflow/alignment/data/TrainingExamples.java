package io.maskflow.alignment.data;

import java.util.List;

/** An unbounded stream of examples: example {@code i} is a function of {@code i} alone, so any place can be read again. */
public interface TrainingExamples {

    /**
     * One example of the stream.
     *
     * @param index the place, at least 0
     * @return the example
     */
    TrainingExample example(long index);

    /**
     * A finite set as a stream: pass after pass, each in an order of its own.
     *
     * @param examples the set, not empty
     * @param seed what the orders depend on
     * @return the stream
     */
    static TrainingExamples repeated(List<TrainingExample> examples, long seed) {
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("there are no training examples");
        }
        List<TrainingExample> set = List.copyOf(examples);
        return index -> {
            long pass = index / set.size();
            int[] order = KeyedDraws.of(seed, pass).permutation(set.size());
            return set.get(order[(int) (index % set.size())]);
        };
    }
}
