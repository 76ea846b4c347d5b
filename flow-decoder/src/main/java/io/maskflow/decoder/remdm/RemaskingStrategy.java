package io.maskflow.decoder.remdm;

import java.util.Locale;

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

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
