package io.maskflow.decoder.maskprediction;

import java.util.Locale;

/**
 * Which keys and values of a block's first, full model call its later calls use again (Fast-dLLM). Approximate: they are
 * stale once positions are filled.
 */
public enum BlockCache {

    /** None: every call is full. */
    NONE,

    /** Those of the prompt and of earlier blocks: the current block and all behind it are fed. */
    PREFIX,

    /** Those of everything but the current block: it alone is fed. */
    DUAL;

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
