package io.maskflow.experiments.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.ProblemDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two rows of one id are two problems that nobody can tell apart: refused, never merged. */
class ProblemSourceTest {

    private static final String MBPP =
            "{\"task_id\": %s, \"text\": \"t\", \"code\": \"\", \"test_list\": [\"assert f(1) == %s\"]}";

    @TempDir
    Path folder;

    private List<Problem> read(String name, String text, BadRows badRows) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return ProblemSource.read(folder.resolve(name).toString(), (setting, path) -> Path.of(path), badRows);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 3 | 3",
                "3 | \"3\" | 3",
                "\"HumanEval/5\" | \"HumanEval/5\" | HumanEval/5",
                "\"a b\" | \"a b\" | a b",
            })
    void anIdThatStandsTwiceIsRefusedWithBothLines(String first, String second, String id) {
        String rows =
                MBPP.formatted(first, 1) + "\n\n" + MBPP.formatted(7, 2) + "\n" + MBPP.formatted(second, 1) + "\n";
        assertThatThrownBy(() -> read("p.jsonl", rows, BadRows.STOP))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("p.jsonl:4: the id " + id + " must be the only one of its file")
                .hasMessageContaining("p.jsonl:1 too");
    }

    @Test
    void questionsWithAnswersTooAndInAnArray() {
        String row = "{\"ID\": \"chal-1\", \"Body\": \"b\", \"Question\": \"q\", \"Answer\": 1.0}";
        assertThatThrownBy(() -> read("p.json", "[" + row + ",\n" + row + "]", BadRows.STOP))
                .hasMessageContaining("the id chal-1 must be the only one of its file");
    }

    @Test
    void whoSkipsBadRowsKeepsTheFirst() throws IOException {
        String rows = MBPP.formatted(3, 1) + "\n" + MBPP.formatted(3, 2) + "\n" + MBPP.formatted(4, 1) + "\n";
        assertThat(read("p.jsonl", rows, BadRows.SKIP)).extracting(Problem::id).containsExactly("3", "4");
    }
}
