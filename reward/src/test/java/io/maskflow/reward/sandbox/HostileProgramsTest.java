package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that try to pass without being right, to break out, or to break the grader; at every level that works here. */
class HostileProgramsTest {
    /** An attack on the judge alone, which takes long and is the same at every level. */
    private static final String HOLDS_THE_JUDGE = "endless-iterable";

    private static final Map<String, TestSuite> TESTS = Map.of(
            "sum",
                    asserts(
                            "weighted_sum([3, 1, 4, 1, 5]) == 46",
                            "weighted_sum([10, -20, 30]) == 60",
                            "weighted_sum([7]) == 7"),
            "merge",
                    asserts(
                            "merge_sorted([1, 4, 9], [2, 4, 8]) == [1, 2, 4, 4, 8, 9]",
                            "merge_sorted([], [5, 6]) == [5, 6]"),
            "prime", asserts("is_prime(2) == True", "is_prime(91) == False"),
            "common",
                    asserts(
                            "set(common_items([1, 2, 3, 4], [3, 4, 5])) == {3, 4}",
                            "set(common_items(['a'], ['a'])) == {'a'}"),
            "spans",
                    asserts(
                            "find_spans([1, 2, 3, 7, 8, 20]) == [(1, 3), (7, 8), (20, 20)]",
                            "find_spans([5]) == [(5, 5)]"),
            "circle",
                    TestSuite.of(List.of(
                            "import math\nassert math.isclose(circle_area(2), 12.566370614359172, rel_tol=1e-06)",
                            "import math\nassert math.isclose(circle_area(10), 314.1592653589793, rel_tol=1e-06)")));

    private static TestSuite asserts(String... expressions) {
        return TestSuite.of(Stream.of(expressions).map(e -> "assert " + e).toList());
    }

    static Stream<IsolationLevel> levels() {
        return Stream.of(IsolationLevel.BUBBLEWRAP, IsolationLevel.LANDLOCK, IsolationLevel.SECCOMP_NO_FILES);
    }

    private static Grader grader(IsolationLevel level, int workers) {
        return grader(level, workers, Trials.SHORT);
    }

    static Grader grader(IsolationLevel level, int workers, SandboxLimits limits) {
        Assumptions.assumeTrue(Trials.usable(level), level.word() + " does not work here");
        return new Grader(GraderSettings.defaults()
                .withLevel(level.word())
                .withWorkers(workers)
                .withLimits(limits));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void noAttackPassesAnyAssertAndEachEndsInItsClass(IsolationLevel level) throws IOException {
        List<Trials.Block> attacks = Trials.blocks("attacks.txt").stream()
                .filter(a -> Trials.full()
                        || level == IsolationLevel.BUBBLEWRAP
                        || !a.name().equals(HOLDS_THE_JUDGE))
                .toList();
        assertThat(attacks).hasSizeGreaterThanOrEqualTo(100);
        List<String> wrong = new ArrayList<>();
        try (Grader grader = grader(level, 4)) {
            List<Verdict> verdicts = grader.grade(attacks.stream()
                    .map(a -> new Submission(a.name(), a.code(), TESTS.get(a.tests())))
                    .toList());
            for (int i = 0; i < attacks.size(); i++) {
                Verdict verdict = verdicts.get(i);
                boolean expected =
                        attacks.get(i).verdicts().contains(verdict.kind().word());
                // Without files a program may fail at an import before it comes to its attack.
                boolean noModule = level == IsolationLevel.SECCOMP_NO_FILES && verdict.kind() == VerdictKind.ERROR;
                if (!expected && !noModule || verdict.passed()) {
                    wrong.add(attacks.get(i).name() + ": " + verdict);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** File system, imports, memory, signals, equality, laziness, aliasing, results of every type: no false pass and no false fail. */
    @Test
    void programsOfManyKindsGetTheirVerdicts() throws IOException {
        List<Trials.Block> programs = Trials.blocks("varieties.txt");
        assertThat(programs).hasSizeGreaterThan(250);
        List<String> wrong = new ArrayList<>();
        try (Grader grader = new Grader(GraderSettings.defaults().withWorkers(4).withLimits(Trials.SHORT))) {
            List<Submission> submissions = new ArrayList<>();
            for (Trials.Block program : programs) {
                submissions.add(new Submission(program.name(), program.code(), tests(program.tests())));
            }
            List<Verdict> verdicts = grader.grade(submissions);
            for (int i = 0; i < programs.size(); i++) {
                if (!programs.get(i).verdicts().contains(verdicts.get(i).kind().word())) {
                    wrong.add(programs.get(i).name() + ": " + verdicts.get(i));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static TestSuite tests(String word) throws IOException {
        return word.startsWith("[")
                ? TestSuite.of(List.of(Trials.MAPPER.readValue(word, String[].class)))
                : TESTS.get(word);
    }

    @ParameterizedTest
    @MethodSource("levels")
    void theGivenHostileSetGetsTheExpectedVerdicts(IsolationLevel level) {
        Assumptions.assumeTrue(level != IsolationLevel.SECCOMP_NO_FILES, "programs of this set import what they like");
        List<JsonRows.Row> rows = JsonRows.read(Trials.resource("golden/adversarial.jsonl"));
        List<String> wrong = new ArrayList<>();
        try (Grader grader = grader(level, 4)) {
            List<Verdict> verdicts = grader.grade(rows.stream()
                    .map(r -> new Submission(r.text("id"), r.text("code"), TestSuite.of(r.texts("prompt_tests"))))
                    .toList());
            for (int i = 0; i < rows.size(); i++) {
                JsonNode row = rows.get(i).json();
                Verdict verdict = verdicts.get(i);
                boolean kind = List.of(row.get("expected_verdict").asText().split("\\|"))
                        .contains(verdict.kind().word());
                boolean rate = row.get("expected_pass_rate").isNull()
                        || Math.abs(row.get("expected_pass_rate").asDouble() - verdict.passRate()) < 1e-5;
                if (!kind || !rate) {
                    wrong.add(row.get("id").asText() + ": " + verdict);
                }
            }
        }
        assertThat(rows).hasSize(84);
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void nothingOfAnEarlierCandidateIsInTheMemoryOfTheNext(IsolationLevel level) throws IOException {
        Assumptions.assumeTrue(level != IsolationLevel.SECCOMP_NO_FILES, "the scan needs ctypes");
        String scan = java.nio.file.Files.readString(Trials.resource("programs/scan.py"));
        TestSuite finds = asserts("scan() >= 1");
        TestSuite findsNothing = asserts("scan() == 0");
        String marker = "heap-" + "marker-" + "of-an-earlier-candidate";
        try (Grader grader = grader(level, 1)) {
            Submission control = new Submission("control", scan + "\nSECRET = '" + marker + "'\n", finds);
            Submission victim =
                    new Submission("victim", "def f():\n    return '" + marker + "' * 3\n", asserts("f() == 1"));
            Submission spy = new Submission("spy", scan, findsNothing);
            List<Verdict> verdicts = grader.grade(List.of(control, victim, spy));
            assertThat(verdicts.get(0).passed())
                    .as("the scan can find something")
                    .isTrue();
            assertThat(verdicts.get(1).kind()).isEqualTo(VerdictKind.FAILED);
            assertThat(verdicts.get(2)).matches(Verdict::passed, "finds nothing");
        }
    }
}
