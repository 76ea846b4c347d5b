package io.maskflow.decoder.maskprediction;

import java.util.Locale;

/**
 * How {@code confidenceEosEotInf} is read. The published code writes {@code -inf} for the end-of-text token into the
 * tensor that the draw was made from; at temperature 0 that is the one confidences come from, above 0 it is another one,
 * and only the end-of-turn token loses its confidence.
 */
public enum EosRule {

    /** Above temperature 0 an end-of-text token keeps its confidence. */
    PUBLISHED,

    /** Both tokens lose it at any temperature. */
    INTENDED;

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
