package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.random.RandomStreams;

/** Source of the uniform numbers of {@link Remasking#RANDOM}: a function of an identity, never of time or batch. */
public interface RemaskingDraws {

    /** Numbers that follow from the key, the step and the position alone. */
    RemaskingDraws KEYED = (key, step, position) ->
            RandomStreams.of(key, "remask", Math.addExact(Math.multiplyExact(step, 1 << 16), position))
                    .nextDouble();

    /**
     * One number.
     *
     * @param key identity of the response
     * @param step step index {@code l}
     * @param position response position
     * @return in [0, 1)
     */
    double draw(SampleKey key, int step, int position);
}
