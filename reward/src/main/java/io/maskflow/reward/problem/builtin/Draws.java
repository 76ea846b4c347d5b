package io.maskflow.reward.problem.builtin;

import java.util.List;

/**
 * A stream of random draws that is a function of an identity, never of thread, time or Java version.
 *
 * <p>SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, Figure 17): the
 * state walks by the golden gamma and each output is a mix of it. The identity is folded into the first state.
 */
final class Draws {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private Draws(long state) {
        this.state = state;
    }

    /** The stream that belongs to a seed and the words of an identity under it. */
    static Draws of(long seed, long... identity) {
        long state = mix(seed + GOLDEN_GAMMA);
        for (long word : identity) {
            state = mix(state + GOLDEN_GAMMA ^ mix(word));
        }
        return new Draws(state);
    }

    /** A whole number in {@code [0, bound)}. */
    int below(int bound) {
        state += GOLDEN_GAMMA;
        return (int) ((mix(state) >>> 32) * bound >>> 32);
    }

    /** A whole number in {@code [low, high]}. */
    int between(int low, int high) {
        return low + below(high - low + 1);
    }

    /** True in {@code percent} of 100 cases. */
    boolean chance(int percent) {
        return below(100) < percent;
    }

    /** One of the given things, each as likely as another. */
    <T> T pick(List<T> things) {
        return things.get(below(things.size()));
    }

    private static long mix(long word) {
        long z = (word ^ word >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
