package io.maskflow.experiments.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

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

    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
