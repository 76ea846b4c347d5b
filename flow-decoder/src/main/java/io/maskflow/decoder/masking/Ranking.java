package io.maskflow.decoder.masking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Picks the best of the open positions. */
public final class Ranking {

    private Ranking() {}

    /**
     * The positions of highest score.
     *
     * @param score {@code [length]}; among equals the lowest position comes first
     * @param open {@code [length]} which positions may be picked
     * @param count how many; all open ones if there are fewer
     * @return {@code [length]} true where picked
     */
    public static boolean[] best(double[] score, boolean[] open, int count) {
        int[] picked = IntStream.range(0, score.length)
                .filter(i -> open[i])
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -score[i]))
                .mapToInt(Integer::intValue)
                .limit(count)
                .toArray();
        boolean[] best = new boolean[score.length];
        Arrays.stream(picked).forEach(i -> best[i] = true);
        return best;
    }
}
