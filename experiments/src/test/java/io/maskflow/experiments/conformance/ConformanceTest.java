package io.maskflow.experiments.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.experiments.conformance.ConformanceGroup.CaseResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {

    @TempDir
    private Path fixtures;

    private final List<String> lines = new ArrayList<>();

    private static ConformanceGroup group(String name, Supplier<List<CaseResult>> results) {
        return new ConformanceGroup() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<CaseResult> run(Path folder) {
                return results.get();
            }
        };
    }

    @BeforeEach
    void twoFilesOfGoldenCases() throws IOException {
        Files.createDirectories(fixtures.resolve("flow"));
        Files.writeString(fixtures.resolve("flow/trajectories.json"), "{}");
        Files.writeString(fixtures.resolve("flow/policy.safetensors"), "");
        Files.createDirectories(fixtures.resolve("decoders"));
        Files.writeString(fixtures.resolve("decoders/evotoken.json"), "{}");
    }

    @Test
    void aLineForEachGroupFailuresAndSkipsByNameAndTheCountsLast() {
        ConformanceGroup flow = group(
                "flow/trajectories",
                () -> List.of(
                        new CaseResult("one", true, "equal"),
                        new CaseResult("two", false, "a: expected 1, was 2"),
                        CaseResult.skipped("three", "no such model")));
        Conformance.Tally tally = new Conformance(List.of(flow)).run(fixtures, lines::add);
        assertThat(lines)
                .containsExactly(
                        "flow/trajectories: 1 passed, 1 FAILED",
                        "  FAILED flow/trajectories/two: a: expected 1, was 2",
                        "  skipped flow/trajectories/three (no such model)",
                        "skipped decoders/evotoken (no check for it in this version)",
                        "1 passed, 1 failed");
        assertThat(tally).isEqualTo(new Conformance.Tally(1, 1, 1));
    }

    @Test
    void aGroupWithoutFilesIsSkippedByName() {
        new Conformance(List.of(group("numerics/grpo", List::of))).run(fixtures, lines::add);
        assertThat(lines).contains("skipped numerics/grpo (not in this folder)").endsWith("0 passed, 0 failed");
    }

    @Test
    void aGroupThatBreaksFailsAndTheOthersStillRun() {
        ConformanceGroup broken = group("flow/trajectories", () -> {
            throw new IllegalStateException("no policy");
        });
        ConformanceGroup fine = group("decoders/evotoken", () -> List.of(new CaseResult("one", true, "equal")));
        Conformance.Tally tally = new Conformance(List.of(broken, fine)).run(fixtures, lines::add);
        assertThat(tally).isEqualTo(new Conformance.Tally(1, 1, 0));
        assertThat(lines)
                .anyMatch(
                        line -> line.contains("FAILED flow/trajectories/(whole group)") && line.contains("no policy"));
        assertThat(lines).endsWith("1 passed, 1 failed");
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        Path nowhere = fixtures.resolve("nowhere");
        assertThatThrownBy(() -> new Conformance(List.of()).run(nowhere, lines::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("conformance needs a folder of golden cases, not found: " + nowhere);
    }

    @Test
    void comparisonReportsTheFirstMismatchAndTheLargestDifference() {
        Comparison close = new Comparison();
        close.close("t", "at 0", 0.5, 0.50001, 1e-4);
        close.close("t", "at 1", 0.5, 0.50002, 1e-4);
        assertThat(close.result("x").passed()).isTrue();
        assertThat(close.result("x").detail()).isEqualTo("largest differences: t 2.0e-05");
        close.close("t", "at 2", 0.5, Double.NaN, 1e-4);
        close.same("ids", 1, 2);
        assertThat(close.result("x").passed()).isFalse();
        assertThat(close.result("x").detail()).startsWith("t at 2: expected 0.5");
    }
}
