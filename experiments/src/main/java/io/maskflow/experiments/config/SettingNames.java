package io.maskflow.experiments.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the name that somebody probably meant. */
public final class SettingNames {

    private SettingNames() {}

    /**
     * The known name with the fewest edits (Levenshtein, upper and lower case alike), if it is near enough to be a slip.
     *
     * @param unknown what was written
     * @param known the names that exist
     * @return the nearest name; empty if nothing is near
     */
    public static Optional<String> nearest(String unknown, Collection<String> known) {
        String wanted = unknown.toLowerCase();
        return known.stream()
                .sorted()
                .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase())))
                .filter(name -> distance(wanted, name.toLowerCase()) <= Math.max(2, (1 + wanted.length()) / 2)
                        || name.toLowerCase().startsWith(wanted));
    }

    private static int distance(String a, String b) {
        return LevenshteinDistance.getDefaultInstance().apply(a, b);
    }
}
