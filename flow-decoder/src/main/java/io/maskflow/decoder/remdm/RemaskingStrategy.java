package io.maskflow.decoder.remdm;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How ReMDM chooses the probability with which a filled position is masked again. */
public enum RemaskingStrategy {

    /** {@code sigma_t = min(eta, sigma_max)}. */
    CAP,

    /** {@code sigma_t = eta sigma_max}. */
    RESCALE,

    /** {@code sigma_t} is {@code sigma_max}, shared out to the positions: the less sure it was when filled, the more. */
    CONFIDENCE,

    /** {@code sigma_t = min(eta, sigma_max)} while the share of filled positions is held constant, 0 before and after. */
    LOOP;

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code cap}, {@code rescale}, {@code confidence} or {@code loop}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static RemaskingStrategy of(String name) {
        for (RemaskingStrategy strategy : values()) {
            if (strategy.configName().equals(name)) {
                return strategy;
            }
        }
        String accepted =
                Arrays.stream(values()).map(RemaskingStrategy::configName).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("strategy must be one of " + accepted + ", was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
