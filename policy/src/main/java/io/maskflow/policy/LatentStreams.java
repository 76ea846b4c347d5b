package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers by identity: the same sample, step and position always see the same stream. */
@FunctionalInterface
public interface LatentStreams {

    /** A generator seeded by a hash of the identity. */
    LatentStreams HASHED = (key, step, position) -> {
        long hash = 0x6c6174656e74L; // "latent"
        long[] identity = {key.runSeed(), key.step(), key.prompt(), key.sample(), step, position};
        for (long part : identity) {
            hash = new SplittableRandom(hash ^ part).nextLong();
        }
        return new SplittableRandom(hash);
    };

    /**
     * The stream of one decision.
     *
     * @param key whose response it is
     * @param step step index {@code l}
     * @param position response position
     * @return a generator used by the caller alone
     */
    RandomGenerator at(SampleKey key, int step, int position);
}
