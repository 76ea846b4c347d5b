package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.random.RandomStreams;
import java.io.Serializable;
import java.util.random.RandomGenerator;

/** Random numbers by identity: the same sample, step and position always see the same stream. */
@FunctionalInterface
public interface LatentStreams extends Serializable {

    /** The project's streams, purpose {@code latent}: steps below 32,768, positions below 65,536. */
    LatentStreams KEYED = (key, step, position) -> {
        if (step < 0 || step >= 1 << 15 || position < 0 || position >= 1 << 16) {
            throw new IllegalArgumentException(
                    "a latent stream needs a step in [0, 32768) and a position in [0, 65536)," + " were " + step
                            + " and " + position);
        }
        return RandomStreams.of(key, "latent", (step << 16) + position);
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
