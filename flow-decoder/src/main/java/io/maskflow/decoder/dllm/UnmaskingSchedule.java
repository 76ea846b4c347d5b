package io.maskflow.decoder.dllm;

import java.util.Arrays;

/** How many masked positions each call of a block fills under dllm's linear schedule. */
public final class UnmaskingSchedule {

    private UnmaskingSchedule() {}

    /**
     * For {@code j = 0 ..}, with {@code t = (S - j) / S} and {@code s = (S - j - 1) / S}:
     * {@code round(left (1 - s / t))} positions, halves to even, {@code s / t} in float32; calls that would fill nothing are
     * left out.
     *
     * @param masked masked positions, at least 0
     * @param steps {@code S}, at least 1
     * @return at most S numbers of at least 1 that sum to {@code masked}
     */
    public static int[] tokensPerStep(int masked, int steps) {
        int[] counts = new int[steps];
        int used = 0;
        int left = masked;
        for (int j = 0; j < steps; j++) {
            double t = (double) (steps - j) / steps;
            double s = (double) (steps - j - 1) / steps;
            int count = (int) Math.min(left, Math.rint((float) left * (1f - (float) (s / t))));
            if (count > 0) {
                counts[used++] = count;
                left -= count;
            }
        }
        return Arrays.copyOf(counts, used);
    }
}
