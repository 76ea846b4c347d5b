package io.maskflow.reward;

import io.maskflow.reward.problem.JsonRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs that failed because they import what the sandbox has not: not wrong, and not solved by another model. */
public final class MissingModules {

    private static final Pattern NOTE = Pattern.compile("ModuleNotFoundError(?:: No module named '([\\w.]+)')?");

    private MissingModules() {}

    /**
     * The module that a program asked for in vain.
     *
     * @param note of its verdict
     * @return its top-level package, {@code modules} if the note does not name it; empty if the program did not end so
     */
    public static Optional<String> module(String note) {
        Matcher found = NOTE.matcher(note);
        return found.find()
                ? Optional.of(
                        found.group(1) == null ? "modules" : found.group(1).split("\\.")[0])
                : Optional.empty();
    }

    /** The modules that the programs with these notes asked for, each with the number of programs, by name. */
    public static Map<String, Integer> count(Stream<String> notes) {
        Map<String, Integer> counts = new TreeMap<>();
        notes.forEach(note -> module(note).ifPresent(name -> counts.merge(name, 1, Integer::sum)));
        return counts;
    }

    /** Such counts as a sentence; empty if there are none. */
    public static Optional<String> sentence(Map<String, Integer> counts) {
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(counts.entrySet().stream()
                        .map(one -> one.getValue() + (one.getValue() == 1 ? " program" : " programs") + " asked for "
                                + one.getKey())
                        .collect(Collectors.joining(", ", "", ", which the sandbox has not")));
    }

    /**
     * Counts through the verdicts of a file.
     *
     * @param verdicts as {@link GradeFile} writes them
     * @throws IOException if the file cannot be read
     */
    public static Map<String, Integer> of(Path verdicts) throws IOException {
        List<String> notes = new ArrayList<>();
        JsonRows.stream(verdicts, row -> notes.add(row.json().path("note").asText()));
        return count(notes.stream());
    }
}
