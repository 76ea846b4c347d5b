package io.maskflow.decoder.flow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The road on which a state travels from the mask embedding to a token embedding. */
public enum Interpolation {

    /** The straight line of XF Eq. 3. */
    LERP;

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code lerp}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static Interpolation of(String name) {
        if ("lerp".equals(name)) {
            return LERP;
        }
        throw new IllegalArgumentException("interpolation must be lerp, was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
