package io.maskflow.experiments.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Named entries of a settings file, such as decoders or rows. */
public final class Entries {

    private Entries() {}

    /** The entries in their order; one that is {@code null} is left out, so that {@code --set decoders.rule=null} does that. */
    public static <V> Map<String, V> present(Map<String, V> entries) {
        Map<String, V> present = new LinkedHashMap<>(entries);
        present.values().removeIf(Objects::isNull);
        return Collections.unmodifiableMap(present);
    }
}
