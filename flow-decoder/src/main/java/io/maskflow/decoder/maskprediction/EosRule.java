package io.maskflow.decoder.maskprediction;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
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

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code published} or {@code intended}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static EosRule of(String name) {
        for (EosRule rule : values()) {
            if (rule.configName().equals(name)) {
                return rule;
            }
        }
        throw new IllegalArgumentException("eosRule must be published or intended, was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
