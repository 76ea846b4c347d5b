package io.maskflow.reward.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.PublicData;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Problems in the forms that publishers and libraries write them in; the rows are our own. */
class PublishedFormsTest {

    private static final String TWO =
            """
            {"task_id": 3, "text": "Double.", "code": "def f(x): return x * 2", "test_list": ["assert f(2) == 4"]}
            {"task_id": 4, "text": "Zwölf.", "code": "def f(x): return 12", "test_list": ["assert f(2) == 12"]}
            """;

    private static final String HUMAN_EVAL =
            """
            {"task_id": "HumanEval/900", "prompt": "def add(a, b):\\n    \\"\\"\\"Sum.\\"\\"\\"\\n", "entry_point": "add",\
             "canonical_solution": "    return a + b\\n", "test": "def check(candidate):\\n    assert candidate(1, 2) == 3\\n"\
            %s}
            """;

    private static final String PLUS =
            ", \"contract\": \"\\n    assert isinstance(a, (int, float)), 'invalid inputs'\\n\","
                    + " \"base_input\": [[1, 2]], \"plus_input\": [[-1, 1], [0.1, 0.2], [\"a\", 1]], \"atol\": 0";

    private static Grader grader;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        grader = new Grader(GraderSettings.defaults());
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    private Path write(String name, String text, Charset charset) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(charset));
    }

    private CodingProblem problem(String row) throws IOException {
        return CodingProblems.read(write("one.jsonl", row, StandardCharsets.UTF_8))
                .get(0);
    }

    private static Verdict grade(CodingProblem problem, String code) {
        return grader.submit(problem.submission(code)).join();
    }

    private void assertBoth(Path file) {
        List<CodingProblem> problems = CodingProblems.read(file);
        assertThat(problems).extracting(CodingProblem::id).containsExactly("3", "4");
        assertThat(problems.get(1).text()).isEqualTo("Zwölf.");
        assertThat(problems.get(1).tests().asserts()).containsExactly("assert f(2) == 12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"})
    void everyUsualEncodingIsRead(String charset) throws IOException {
        assertBoth(write("rows.jsonl", TWO, Charset.forName(charset)));
        assertBoth(write("bom.jsonl", "\uFEFF" + TWO.replace("\n", "\r\n"), Charset.forName(charset)));
    }

    @Test
    void rowsMayBeAnArrayOrGoOverSeveralLinesOrComeFromTheHub() throws IOException {
        String[] rows = TWO.strip().split("\n");
        assertBoth(write("array.json", "[" + rows[0] + ",\n" + rows[1] + "]", StandardCharsets.UTF_8));
        String pretty = TWO.replace(", \"", ",\n  \"").replace("{", "{\n  ").replace("}", "\n}");
        assertBoth(write("pretty.jsonl", pretty, StandardCharsets.UTF_8));
        assertBoth(write("pretty-utf16.jsonl", "\n\n" + pretty, StandardCharsets.UTF_16));
        String hub = "{\"features\": [], \"rows\": [{\"row_idx\": 0, \"row\": " + rows[0]
                + "}, {\"row_idx\": 1, \"row\": " + rows[1] + "}], \"num_rows_total\": 2}";
        assertBoth(write("hub.json", hub, StandardCharsets.UTF_8));
        Path packed = folder.resolve("rows.jsonl.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(pretty.getBytes(StandardCharsets.UTF_8));
        }
        assertBoth(packed);
    }

    @Test
    void aBrokenRowOverSeveralLinesIsNamedByItsLine() throws IOException {
        Path file = write("broken.jsonl", "{\n \"task_id\": 3,\n \"text\": oops\n}\n", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CodingProblems.read(file)).hasMessageContaining("broken.jsonl:3: broken JSON");
        Path missing = write("missing.jsonl", "{\n\"task_id\": 3,\n\"text\": \"\"}\n{\n}\n", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CodingProblems.read(missing)).hasMessageContaining("missing.jsonl:1: test_list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "null", "[]"})
    void aFieldThatIsNoNumberIsAbsent(String value) throws IOException {
        String row =
                TWO.lines().findFirst().orElseThrow().replaceFirst("}$", ", \"challenge_test_list\": " + value + "}");
        assertThat(problem(row).challenge()).isEmpty();
        assertThat(problem(row.replace("challenge_test_list", "test_setup_code").replace("[]", "\"\""))
                        .tests()
                        .setup())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.parquet | PAR1.... | read_parquet",
                "mbpp.csv | task_id,text,code | read_csv",
                "mbpp.tsv | task_id text | sep='\\t'",
                "data.arrow | ARROW1.. | from_file",
                "data.zip | PK.. | unpack",
                "page.jsonl | <!DOCTYPE html> | web page",
            })
    void otherFilesAreNamedWithTheWayOut(String name, String start, String advice) throws IOException {
        Path file = write(name, start, StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> CodingProblems.read(file))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(advice);
    }

    /** In MBPP+ the script is the oracle, whatever the asserts say. */
    @Test
    void theScriptOfMbppPlusIsTheOracle() throws IOException {
        String row = "{\"task_id\": 9, \"prompt\": \"Is it even?\", \"code\": \"def even(n): return n %% 2 == 0\","
                + " \"test_imports\": [%s], \"test_list\": [\"assert even(2)\"], \"test\": %s}";
        String script = "\"inputs = [[2], [3], [0]]\\nresults = [True, False, True]\\n"
                + "for i, (inp, exp) in enumerate(zip(inputs, results)):\\n    assert even(*inp) == exp\\n\"";
        CodingProblem problem = problem(String.format(row, "", script));
        assertThat(grade(problem, "def even(n): return True").kind().word()).isEqualTo("failed");
        assertThat(grade(problem, problem.reference()).passed()).isTrue();
        assertThat(problem.visibleTests()).containsExactly("assert even(2)");
        CodingProblem imports =
                problem(String.format(row, "\"import math\"", script.replace("== exp", "== bool(math.fabs(exp))")));
        assertThat(grade(imports, "def even(n): return True").kind().word()).isEqualTo("failed");
        assertThat(grade(imports, imports.reference()).passed()).isTrue();
        CodingProblem blank = problem(String.format(row, "", "\" \"")); // no script: the asserts
        assertThat(grade(blank, "def even(n): return True").passed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return a + b | passed", // also for the contract's input "a", which is never asked
                "return abs(a) + abs(b) | failed",
                "return 3 | failed",
                "return round(a + b, 9) | passed", // 0.3 for 0.30000000000000004: floats within 1e-6
                "return str(a + b) | failed",
                "return None if a < 0 else a + b | failed",
            })
    void humanEvalPlusIsGradedByItsInputs(String body, String verdict) throws IOException {
        CodingProblem problem = problem(String.format(HUMAN_EVAL, PLUS));
        Verdict judged = grade(problem, "def add(a, b):\n    " + body + "\n");
        assertThat(judged.kind().word()).as(judged.note()).isIn(verdict, verdict.equals("failed") ? "error" : verdict);
    }

    @Test
    void withoutInputsHumanEvalIsGradedByItsCheck() throws IOException {
        CodingProblem problem = problem(String.format(HUMAN_EVAL, ""));
        assertThat(grade(problem, "def add(a, b):\n    return abs(a) + abs(b)\n")
                        .passed())
                .isTrue();
    }

    /** Task 2 takes tuples, compared as sets; -Infinity is legal for Python. */
    @Test
    void mbppPlusInItsOwnFormIsGradedByItsInputs() throws IOException {
        String row =
                "{\"task_id\": \"Mbpp/%d\", \"prompt\": \"\\\"\\\"\\\"\\nFind it.\\n\\\"\\\"\\\"\\n\", \"entry_point\": \"%s\","
                        + " \"canonical_solution\": %s, \"base_input\": %s, \"plus_input\": %s, \"atol\": 0, \"contract\": %s,"
                        + " \"assertion\": \"\\nassert f(1) == 2\\n\"}";
        CodingProblem similar = problem(String.format(
                row,
                2,
                "similar_elements",
                "\"def similar_elements(a, b):\\n return tuple(set(a) & set(b))\\n\"",
                "[[[3, 4], [4, 5]]]",
                "[[[1, 2, 9], [9, 2]]]",
                "\"\\n assert isinstance(a, tuple), 'invalid inputs'\\n\""));
        assertThat(grade(similar, similar.reference()).passed()).isTrue();
        assertThat(grade(similar, "def similar_elements(a, b): return [x for x in a + () if x in b]")
                        .passed())
                .isTrue();
        assertThat(grade(similar, "def similar_elements(a, b): return (4,)").passed())
                .isFalse();
        CodingProblem smallest = problem(String.format(
                row, 3, "smallest", "\"def smallest(x):\\n return min(x)\\n\"", "[[[1.5, -Infinity]]]", "{}", "\"\""));
        assertThat(grade(smallest, "def smallest(x): return sorted(x)[0]").passed())
                .isTrue();
        assertThat(grade(smallest, "def smallest(x): return 1.5").passed()).isFalse();
        assertThat(smallest.visibleTests()).containsExactly("assert f(1) == 2");
        // Mbpp/635 and 734: a solution that uses up its argument
        CodingProblem eater = problem(String.format(
                row,
                734,
                "total",
                "\"def total(x):\\n s = 0\\n while x: s += x.pop()\\n return s\\n\"",
                "[[[1, 2, 4]]]",
                "[[[5, 6]]]",
                "\"\\n assert len(x) > 0, 'invalid inputs'\\n\""));
        assertThat(grade(eater, eater.reference()).passed()).isTrue();
        assertThat(grade(eater, "def total(x): x.clear(); return 0").passed()).isFalse();
        assertThat(grade(eater, "def total(x): return sum(x) if 4 in x else 0").passed())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"plus_input\": 3 | plus_input must be a list",
                "\"plus_input\": [1] | list of argument lists",
                "\"plus_input\": [[1, 2]], \"atol\": -1 | atol",
            })
    void inputsThatAreNoneAreRefused(String fields, String message) {
        assertThatThrownBy(() -> problem(String.format(HUMAN_EVAL, ", " + fields)))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("one.jsonl:1")
                .hasMessageContaining(message);
    }

    @Test
    void testsAreCountedAsTheirPublisherDoes() throws IOException {
        String plus = TWO.lines().findFirst().orElseThrow().replace("}", ", \"test\": %s}");
        assertThat(TestCount.of(problem(TWO.lines().findFirst().orElseThrow()))).isEqualTo(1);
        assertThat(TestCount.of(
                        problem(String.format(plus, "\"import math\\ninputs = [[1, (2, 3)], ['],['], [{}],]\\n\""))))
                .isEqualTo(3);
        assertThat(TestCount.of(
                        problem(String.format(plus, "\"assert f(1) == 2\\nfor x in []:\\n    assert f(x)\\n\""))))
                .isEqualTo(2);
        assertThat(TestCount.of(problem(String.format(HUMAN_EVAL, PLUS)))).isEqualTo(4);
        assertThat(TestCount.of(problem(String.format(HUMAN_EVAL, "")))).isEqualTo(1);
    }

    /** What {@code filter} writes: the row of the problem. */
    @Test
    void aRowReadsBackAsTheSameProblem() throws IOException {
        List<String> rows = List.of(
                TWO.lines().findFirst().orElseThrow(),
                TWO.lines()
                        .findFirst()
                        .orElseThrow()
                        .replace("}", ", \"challenge_test_list\": [\"assert f(0) == 0\"]}"),
                TWO.lines().findFirst().orElseThrow().replace("}", ", \"test_imports\": [\"import math\"]}"),
                TWO.lines().findFirst().orElseThrow().replace("}", ", \"test_setup_code\": \"class Node: pass\"}"),
                TWO.lines().findFirst().orElseThrow().replace("}", ", \"test\": \"assert f(1) == 2\"}"),
                String.format(HUMAN_EVAL, ""),
                String.format(HUMAN_EVAL, PLUS));
        for (String row : rows) {
            CodingProblem problem = problem(row);
            assertThat(problem(problem.row())).isEqualTo(problem);
        }
    }

    /** The sets as their publishers ship them: what {@code filter} writes of them reads back as the same problems. */
    @ParameterizedTest
    @EnumSource(
            value = PublicData.class,
            names = {
                "MBPP",
                "MBPP_SANITIZED",
                "MBPP_PLUS",
                "MBPP_PLUS_SCRIPTS",
                "HUMANEVAL",
                "HUMANEVAL_PLUS",
                "HUMANEVAL_PLUS_SCRIPTS"
            })
    void aPublishedSetReadsBackAsTheSameProblems(PublicData set) throws IOException {
        List<CodingProblem> problems = CodingProblems.read(set.file());
        Path again = write(
                "again.jsonl",
                String.join("\n", problems.stream().map(CodingProblem::row).toList()),
                StandardCharsets.UTF_8);
        List<CodingProblem> read = CodingProblems.read(again);
        assertThat(read.size()).isEqualTo(problems.size());
        assertThat(IntStream.range(0, problems.size())
                        .filter(i -> !read.get(i).equals(problems.get(i)))
                        .mapToObj(i -> problems.get(i).id()))
                .as("problems that read back as others")
                .isEmpty();
    }
}
