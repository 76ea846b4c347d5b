package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples of other harnesses, graded by problems of our own. */
class SampleFileTest {

    @TempDir
    Path folder;

    private Path problems;

    @BeforeEach
    void writeProblems() throws IOException {
        problems = Files.writeString(
                folder.resolve("problems.jsonl"),
                """
                {"task_id": "HumanEval/0", "prompt": "def add(a, b):\\n    'Sum.'\\n", "entry_point": "add",\
                 "canonical_solution": "    return a + b\\n", "test": "def check(candidate):\\n    assert candidate(1, 2) == 3\\n"}
                {"task_id": 7, "text": "Double.", "code": "def twice(x): return 2 * x", "test_list": ["assert twice(2) == 4"]}
                {"question_id": "abc_1", "text": "Triple.", "test_list": ["assert thrice(2) == 6"], "code": ""}
                """);
    }

    private List<String> graded(String samples) throws IOException {
        Path file = Files.writeString(folder.resolve("samples.jsonl"), samples);
        Path out = folder.resolve("verdicts.jsonl");
        try (SampleFile joined = SampleFile.of(file, problems);
                Grader grader = new Grader(GraderSettings.defaults())) {
            new GradeFile(grader).run(joined.programs(), out, progress -> {});
        }
        return JsonRows.read(out).stream()
                .map(row -> row.json().get("id").asText() + " " + row.text("verdict"))
                .toList();
    }

    @Test
    void solutionsAreWholeProgramsAndCompletionsFollowThePrompt() throws IOException {
        assertThat(
                        graded(
                                """
                        {"task_id": "HumanEval/0", "solution": "def add(a, b):\\n    return a + b"}
                        {"task_id": "HumanEval/0", "completion": "    return a - b"}
                        {"task_id": "HumanEval/0", "completion": "    return b + a"}
                        {"task_id": "Mbpp/7", "solution": "def twice(x): return x + x"}
                        {"task_id": 7, "solution": "def twice(x): return x"}
                        """))
                .containsExactly(
                        "HumanEval/0 passed", "HumanEval/0 failed", "HumanEval/0 passed", "7 passed", "7 failed");
    }

    @Test
    void loggedSamplesOfTheHarnessAreReadWithAllTheirAnswers() throws IOException {
        assertThat(
                        graded(
                                """
                        {"doc_id": 0, "doc": {"task_id": "HumanEval/0"}, "resps": [["    return a - b"]],\
                         "filtered_resps": [["def add(a, b):\\n    return a + b", "    return 0"]]}
                        {"doc_id": 1, "doc": {"task_id": 7}, "resps": [["def twice(x): return x * 2"]]}
                        """))
                .containsExactly("HumanEval/0 passed", "HumanEval/0 failed", "7 passed");
    }

    @Test
    void outputsOfLiveCodeBenchAreAnArrayWithLists() throws IOException {
        assertThat(graded("[{\"question_id\": \"abc_1\", \"code_list\": [\"def thrice(x): return 3 * x\", \"\"]}]"))
                .containsExactly("abc_1 passed", "abc_1 error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"task_id\": \"HumanEval/9\", \"solution\": \"x\"} | has no problem HumanEval/9",
                "{\"task_id\": 7} | needs solution, completion",
                "{\"solution\": \"x\"} | needs one of",
            })
    void whatBelongsToNoProblemIsNamedByItsLine(String sample, String message) {
        assertThatThrownBy(() -> graded("\n" + sample + "\n"))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("samples.jsonl:2")
                .hasMessageContaining(message);
    }

    @Test
    void programsThatAskForMissingModulesAreCounted() throws IOException {
        Path verdicts = Files.writeString(
                folder.resolve("v.jsonl"),
                """
                {"id": 1, "note": "ModuleNotFoundError: No module named 'numpy.linalg'"}
                {"id": 2, "note": "ModuleNotFoundError: No module named 'numpy'"}
                {"id": 3, "note": "ModuleNotFoundError"}
                {"id": 4, "note": ""}
                """);
        assertThat(MissingModules.sentence(MissingModules.of(verdicts)))
                .contains("1 program asked for modules, 2 programs asked for numpy, which the sandbox has not");
        assertThat(MissingModules.of(Files.writeString(verdicts, "{\"id\": 1, \"note\": \"\"}")))
                .isEmpty();
    }
}
