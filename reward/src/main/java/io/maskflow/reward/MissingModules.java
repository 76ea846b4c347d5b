package io.maskflow.reward;

import io.maskflow.reward.problem.JsonRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Programs that failed because they import what the sandbox has not: not wrong, and not solved by another model. */
public final class MissingModules {

    private static final Pattern NOTE = Pattern.compile("ModuleNotFoundError(?:: No module named '([\\w.]+)')?");

    private MissingModules() {}

    /**
     * Looks through the verdicts of a file.
     *
     * @param verdicts as {@link GradeFile} writes them
     * @return a sentence; empty if every program found its modules
     * @throws IOException if the file cannot be read
     */
    public static Optional<String> of(Path verdicts) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        JsonRows.stream(verdicts, row -> {
            Matcher note = NOTE.matcher(row.json().path("note").asText());
            if (note.find()) {
                counts.merge(note.group(1) == null ? "modules" : note.group(1).split("\\.")[0], 1, Integer::sum);
            }
        });
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(counts.entrySet().stream()
                        .map(one -> one.getValue() + " programs asked for " + one.getKey())
                        .collect(Collectors.joining(", ", "", ", which the sandbox has not")));
    }
}
