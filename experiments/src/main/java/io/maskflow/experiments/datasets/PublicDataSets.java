package io.maskflow.experiments.datasets;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The table of public data sets, {@code data-sets.json} beside this class: names, addresses, fingerprints, licences. */
public final class PublicDataSets {
    private static final List<PublicDataSet> ALL = table();

    private PublicDataSets() {}

    /** All of them, in the order of the table. */
    public static List<PublicDataSet> all() {
        return ALL;
    }

    /**
     * Those of some names.
     *
     * @param names of data sets, or {@code all}
     * @throws ConfigurationException if there is no such data set
     */
    public static List<PublicDataSet> named(List<String> names) {
        if (names.contains("all")) {
            return ALL;
        }
        return names.stream().distinct().map(PublicDataSets::named).toList();
    }

    private static PublicDataSet named(String name) {
        return ALL.stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("NAME must be all or one of "
                        + ALL.stream().map(PublicDataSet::name).toList() + ", was " + name));
    }

    private static List<PublicDataSet> table() {
        try {
            return List.copyOf(
                    new ObjectMapper().readValue(text("data-sets.json"), new TypeReference<List<PublicDataSet>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("data-sets.json", e);
        }
    }

    static String text(String resource) {
        try (InputStream in = PublicDataSets.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
