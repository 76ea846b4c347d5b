package io.maskflow.decoder.maskprediction;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
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

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code none}, {@code prefix} or {@code dual}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static BlockCache of(String name) {
        for (BlockCache cache : values()) {
            if (cache.configName().equals(name)) {
                return cache;
            }
        }
        throw new IllegalArgumentException("cache must be one of none, prefix, dual, was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
