package io.maskflow.experiments.conformance;

import io.maskflow.experiments.conformance.ConformanceGroup.CaseResult;
import io.maskflow.experiments.conformance.ConformanceGroup.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs every golden case below a folder and says what it found: a line per group, every failing and every skipped case by
 * name, {@code N passed, N failed} as the last line.
 */
public final class Conformance {

    private static final List<String> FOLDERS =
            List.of("forward", "decoders", "tokenizers", "flow", "numerics", "alignment", "reward");

    /** Files that are read together with a group of another name. */
    private static final Set<String> COMPANIONS = Set.of("forward/report", "flow/policy", "flow/final_states");

    private final List<ConformanceGroup> groups;
    private final String only;

    /** Over these groups, in this order. */
    public Conformance(List<ConformanceGroup> groups) {
        this(groups, "");
    }

    /** Over those of these groups whose names begin so. */
    public Conformance(List<ConformanceGroup> groups, String only) {
        this.groups =
                groups.stream().filter(group -> group.name().startsWith(only)).toList();
        this.only = only;
    }

    /**
     * What came out.
     *
     * @param passed cases that matched
     * @param failed cases that did not, groups that broke included
     * @param skipped cases that were not run
     */
    public record Tally(int passed, int failed, int skipped) {

        private Tally plus(List<CaseResult> results) {
            return new Tally(
                    passed + count(results, Outcome.PASSED),
                    failed + count(results, Outcome.FAILED),
                    skipped + count(results, Outcome.SKIPPED));
        }
    }

    /**
     * Runs all groups.
     *
     * @param fixtures the fixtures folder; missing parts are skipped by name
     * @param out receives the lines
     * @return the counts of the last line
     * @throws IllegalArgumentException if the folder is not there
     */
    public Tally run(Path fixtures, Consumer<String> out) {
        if (!Files.isDirectory(fixtures)) {
            throw new IllegalArgumentException("conformance needs a folder of golden cases, not found: " + fixtures);
        }
        Tally tally = new Tally(0, 0, 0);
        for (ConformanceGroup group : groups) {
            List<CaseResult> results = resultsOf(group, fixtures);
            print(group.name(), results, out);
            tally = tally.plus(results);
        }
        for (String uncovered : uncovered(fixtures)) {
            out.accept("skipped " + uncovered + " (no check for it in this version)");
        }
        out.accept(tally.passed() + " passed, " + tally.failed() + " failed");
        return tally;
    }

    /** A group that breaks is a failing case, not the end of the run. */
    private static List<CaseResult> resultsOf(ConformanceGroup group, Path fixtures) {
        try {
            return group.run(fixtures);
        } catch (RuntimeException broken) {
            return List.of(new CaseResult("(whole group)", false, broken.toString()));
        }
    }

    private static void print(String group, List<CaseResult> results, Consumer<String> out) {
        if (results.isEmpty()) {
            out.accept("skipped " + group + " (not in this folder)");
            return;
        }
        int failed = count(results, Outcome.FAILED);
        out.accept(group + ": " + count(results, Outcome.PASSED) + " passed"
                + (failed == 0 ? "" : ", " + failed + " FAILED"));
        for (CaseResult result : results) {
            if (result.outcome() == Outcome.FAILED) {
                out.accept("  FAILED " + group + "/" + result.name() + ": " + result.detail());
            }
        }
        for (CaseResult result : results) {
            if (result.outcome() == Outcome.SKIPPED) {
                out.accept("  skipped " + group + "/" + result.name() + " (" + result.detail() + ")");
            }
        }
    }

    private static int count(List<CaseResult> results, Outcome outcome) {
        return (int) results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /** Files that lie there and that no group reads. */
    private List<String> uncovered(Path fixtures) {
        Set<String> covered = groups.stream().map(ConformanceGroup::name).collect(Collectors.toSet());
        Set<String> found = new TreeSet<>();
        for (String folder : FOLDERS) {
            if (covered.contains(folder) || !Files.isDirectory(fixtures.resolve(folder))) {
                continue;
            }
            try (Stream<Path> files = Files.list(fixtures.resolve(folder))) {
                files.map(f -> f.getFileName().toString())
                        .filter(f -> f.matches(".*\\.(json|jsonl|safetensors)"))
                        .forEach(f -> found.add(folder + "/" + f.substring(0, f.lastIndexOf('.'))));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        found.removeAll(covered);
        found.removeAll(COMPANIONS);
        found.removeIf(name -> !name.startsWith(only));
        return new ArrayList<>(found);
    }
}
