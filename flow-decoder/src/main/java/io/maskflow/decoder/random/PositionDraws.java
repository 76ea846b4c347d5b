package io.maskflow.decoder.random;

import io.maskflow.decoder.SampleKey;
import java.io.Serializable;

/** Source of one uniform number per step and position: a function of an identity, never of time or batch. */
public interface PositionDraws extends Serializable {

    /**
     * One number.
     *
     * @param key identity of the response
     * @param step step index {@code l}
     * @param position response position
     * @return in [0, 1)
     */
    double draw(SampleKey key, int step, int position);

    /**
     * Numbers that follow from the key, the step and the position alone.
     *
     * @param purpose what they are for, 1 to 8 ASCII characters; different purposes give independent numbers
     */
    static PositionDraws keyed(String purpose) {
        return (key, step, position) -> RandomStreams.of(
                        key, purpose, Math.addExact(Math.multiplyExact(step, 1 << 16), position))
                .nextDouble();
    }
}
