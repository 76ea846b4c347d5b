package io.maskflow.decoder.dllm;

import java.util.Arrays;

/** How many masked positions each call of a block fills under dllm's linear schedule. */
public final class UnmaskingSchedule {

    private UnmaskingSchedule() {}

    /**
     * For {@code j = 0 ..}, with {@code t = (S - j) / S} and {@code s = (S - j - 1) / S}:
     * {@code round(left (1 - s / t))} positions, halves to even, in float32 as published; calls that would fill nothing are left
     * out.
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
            float staying = masked(steps - j - 1, steps) / masked(steps - j, steps);
            int count = (int) Math.min(left, Math.rint((float) left * (1f - staying)));
            if (count > 0) {
                counts[used++] = count;
                left -= count;
            }
        }
        return Arrays.copyOf(counts, used);
    }

    /** The share of masked positions at noise level {@code j / S}, {@code 1 - alpha} with {@code alpha = 1 - t}, rounded as there. */
    private static float masked(int j, int steps) {
        float alpha = 1f - (float) ((double) j / steps);
        return 1f - alpha;
    }
}
