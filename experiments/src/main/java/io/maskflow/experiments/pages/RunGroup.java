package io.maskflow.experiments.pages;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs of a page that differ in nothing but their seed.
 *
 * @param name what their names have in common and how many they are; the name of the run if it is the only one
 * @param runs their places on the page, from 0
 */
record RunGroup(String name, List<Integer> runs) {

    /** Puts every run into one group; a run without settings, or with the very seed of another, into one of its own. */
    static List<RunGroup> of(List<RunView> runs) {
        Map<Object, List<Integer>> places = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (int r = 0; r < runs.size(); r++) {
            JsonNode settings = runs.get(r).settingsButSeed();
            boolean another = settings.isObject() && seen.add(runs.get(r).config());
            places.computeIfAbsent(another ? settings : r, key -> new ArrayList<>())
                    .add(r);
        }
        return places.values().stream()
                .map(group -> new RunGroup(
                        name(group.stream().map(r -> runs.get(r).name()).toList()), group))
                .toList();
    }

    private static String name(List<String> names) {
        if (names.size() == 1) {
            return names.get(0);
        }
        String common = names.get(0);
        for (String name : names) {
            int same = 0;
            while (same < Math.min(common.length(), name.length()) && common.charAt(same) == name.charAt(same)) {
                same++;
            }
            common = common.substring(0, same);
        }
        String trimmed = common.replaceAll("[^\\p{L}\\p{N}]+$", "");
        return (trimmed.isEmpty() ? names.get(0) : trimmed) + ", " + names.size() + " seeds";
    }
}
