package io.maskflow.decoder.random;

import io.maskflow.decoder.SampleKey;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Independent random streams, each a pure function of its identity.
 *
 * <p>A stream is named by (seed, purpose, step, prompt, sample, position). The generator is {@link Philox}: seed and
 * purpose are its 128-bit key; step, prompt, sample, position and the number of the draw fill its 256-bit counter. No
 * bits are hashed away, so that two different identities never share a draw, and any draw can be repeated alone.
 *
 * <p>The layout is a promise (golden values in the tests): {@code key = (seed, purpose)}, {@code counter = (position *
 * 2^32 + block, step, prompt, sample)}; one block gives four numbers.
 */
public final class RandomStreams {

    private RandomStreams() {}

    /**
     * The stream of one position of one response.
     *
     * @param key whose draws
     * @param purpose what the draws are for: 1 to 8 ASCII characters, such as {@code "action"}
     * @param position response position, or any other number of at least 0 that tells streams apart
     * @return a fresh stream, at its start; not for use by more than one thread
     */
    public static RandomGenerator of(SampleKey key, String purpose, int position) {
        return of(key.runSeed(), purpose, key.step(), key.prompt(), key.sample(), position);
    }

    /**
     * A stream by its whole identity.
     *
     * @param seed seed of the run
     * @param purpose 1 to 8 ASCII characters
     * @param step training step, or another number
     * @param prompt number of the prompt, or another number
     * @param sample number of the sample, or another number
     * @param position at least 0
     * @return a fresh stream, at its start
     */
    public static RandomGenerator of(long seed, String purpose, long step, long prompt, long sample, int position) {
        if (position < 0) {
            throw new IllegalArgumentException("position of a random stream must be at least 0, was " + position);
        }
        return new Stream(seed, code(purpose), (long) position << 32, step, prompt, sample);
    }

    /** The characters of a purpose as the bytes of one number, the first in the lowest byte. */
    private static long code(String purpose) {
        byte[] ascii = purpose.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length < 1 || ascii.length > Long.BYTES || !purpose.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "purpose of a random stream must be 1 to 8 visible ASCII characters, was \"" + purpose + "\"");
        }
        long code = 0;
        for (int i = 0; i < ascii.length; i++) {
            code |= (long) ascii[i] << 8 * i;
        }
        return code;
    }

    private static final class Stream implements RandomGenerator {

        private static final long BLOCKS = 1L << 32;

        private final long key0;
        private final long key1;
        private final long counter0;
        private final long counter1;
        private final long counter2;
        private final long counter3;
        private final long[] words = new long[4];
        private long block;
        private int used = 4;

        Stream(long key0, long key1, long counter0, long counter1, long counter2, long counter3) {
            this.key0 = key0;
            this.key1 = key1;
            this.counter0 = counter0;
            this.counter1 = counter1;
            this.counter2 = counter2;
            this.counter3 = counter3;
        }

        @Override
        public long nextLong() {
            if (used == words.length) {
                if (block == BLOCKS) {
                    throw new IllegalStateException("a random stream has at most 2^34 numbers, all were drawn");
                }
                words[0] = counter0 | block++;
                words[1] = counter1;
                words[2] = counter2;
                words[3] = counter3;
                Philox.block(words, key0, key1);
                used = 0;
            }
            return words[used++];
        }
    }
}
