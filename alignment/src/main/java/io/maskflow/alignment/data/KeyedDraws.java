package io.maskflow.alignment.data;

import java.util.random.RandomGenerator;

/**
 * Random draws that are a function of who asks, never of when: a generator is made from a list of numbers (seed, what
 * the draw is for, step, sequence) and gives the same values on any thread and in any order of asking.
 *
 * <p>A counter generator with the finaliser of SplitMix64 (Steele, Lea and Flood 2014) as its mixing function.
 */
public final class KeyedDraws implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private KeyedDraws(long state) {
        this.state = state;
    }

    /**
     * A generator for one identity.
     *
     * @param identity numbers that say what is drawn; order matters
     * @return a fresh generator, used by one thread
     */
    public static KeyedDraws of(long... identity) {
        long hash = identity.length;
        for (long part : identity) {
            hash = mix(hash * GOLDEN_GAMMA + mix(part + GOLDEN_GAMMA));
        }
        return new KeyedDraws(hash);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** The numbers {@code 0 .. n - 1} in random order (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
