package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests in the shapes that people write: a right program passes, a wrong one does not, at every level that works here. */
class ShapesTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(2, 4, 512);

    static Stream<IsolationLevel> levels() {
        return HostileProgramsTest.levels().filter(l -> l != IsolationLevel.SECCOMP_NO_FILES);
    }

    /** One of our own shapes: a test item with a right and a wrong program. */
    record Shape(String name, String test, String right, String wrong) {}

    static List<Shape> shapes() throws IOException {
        List<Shape> shapes = new ArrayList<>();
        for (String block :
                Files.readString(Trials.resource("programs/shapes.txt")).split("(?m)^### ")) {
            if (!block.startsWith("#")) {
                String[] parts = block.split("(?m)^>>> \\w+\n");
                int end = parts[0].indexOf('\n');
                shapes.add(new Shape(parts[0].substring(0, end), parts[0].substring(end + 1), parts[1], parts[2]));
            }
        }
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("levels")
    void ownShapes(IsolationLevel level) throws IOException {
        List<Shape> shapes = shapes();
        List<Submission> programs = new ArrayList<>();
        for (Shape s : shapes) {
            programs.add(new Submission(s.name() + ", right", s.right(), TestSuite.of(List.of(s.test()))));
            programs.add(new Submission(s.name() + ", wrong", s.wrong(), TestSuite.of(List.of(s.test()))));
        }
        List<String> differences = new ArrayList<>();
        try (Grader grader = HostileProgramsTest.grader(level, 2, LIMITS)) {
            List<Verdict> verdicts = grader.grade(programs);
            for (int i = 0; i < programs.size(); i++) {
                Verdict verdict = verdicts.get(i);
                if (verdict.passed() != (i % 2 == 0) || !verdict.decided()) {
                    differences.add(programs.get(i).id() + ": " + verdict);
                }
            }
        }
        assertThat(programs).hasSizeGreaterThan(150);
        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("levels")
    void givenShapes(IsolationLevel level) {
        List<JsonRows.Row> rows = JsonRows.read(Trials.resource("golden/test-shapes.jsonl"));
        List<String> differences = new ArrayList<>();
        try (Grader grader = HostileProgramsTest.grader(level, 2, LIMITS)) {
            List<Verdict> verdicts =
                    grader.grade(rows.stream().map(ShapesTest::submission).toList());
            for (int i = 0; i < rows.size(); i++) {
                JsonNode row = rows.get(i).json();
                if (!List.of(row.get("expected_verdict").asText().split("\\|"))
                        .contains(verdicts.get(i).kind().word())) {
                    differences.add(row.get("id").asText() + ": " + verdicts.get(i));
                }
            }
        }
        assertThat(rows).hasSize(129);
        assertThat(differences).isEmpty();
    }

    private static Submission submission(JsonRows.Row row) {
        TestSuite.SetupOrder order = row.textOrEmpty("setup_order").equals("setup_first")
                ? TestSuite.SetupOrder.SETUP_FIRST
                : TestSuite.SetupOrder.CODE_FIRST;
        return new Submission(
                row.name("id"),
                row.text("code"),
                TestSuite.of(row.texts("prompt_tests"), row.textOrEmpty("setup"), order));
    }
}
