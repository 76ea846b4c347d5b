package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.SampleKey;

/** Source of the uniform numbers of {@link Remasking#RANDOM}: a function of an identity, never of time or batch. */
public interface RemaskingDraws {

    /** Numbers that follow from the key, the step and the position alone. */
    RemaskingDraws KEYED = (key, step, position) -> {
        long mixed = key.runSeed();
        long[] identity = {key.step(), key.prompt(), key.sample(), step, position};
        for (long part : identity) {
            mixed = scramble(mixed + 0x9E3779B97F4A7C15L * (part + 1));
        }
        return (mixed >>> 11) * 0x1.0p-53;
    };

    /**
     * One number.
     *
     * @param key identity of the response
     * @param step step index {@code l}
     * @param position response position
     * @return in [0, 1)
     */
    double draw(SampleKey key, int step, int position);

    /** The finaliser of SplitMix64: every bit of the input moves about half the bits of the output. */
    private static long scramble(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
