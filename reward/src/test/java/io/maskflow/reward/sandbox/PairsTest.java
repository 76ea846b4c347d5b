package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.problem.ScriptProblems;
import io.maskflow.reward.sandbox.suite.InputOutput;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Problems of inputs and outputs, forty of our own, in each published layout. */
class PairsTest {
    private static Grader grader;

    @BeforeAll
    static void open() {
        grader = new Grader(GraderSettings.defaults().withWorkers(2).withLimits(new SandboxLimits(4, 10, 512)));
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    private static void bothWays(Function<JsonNode, ObjectNode> layout) {
        List<JsonRows.Row> own = JsonRows.read(Trials.resource("programs/scripts.jsonl"));
        List<Submission> programs = new ArrayList<>();
        for (JsonRows.Row row : own) {
            CodingProblem problem = ScriptProblems.problem(new JsonRows.Row(layout.apply(row.json()), row.place()));
            assertThat(problem.reference()).isEqualTo(row.text("right"));
            assertThat(problem.tests().isScript()).isTrue();
            programs.add(problem.submission(row.text("right")));
            programs.add(problem.submission(row.text("wrong")));
        }
        List<Verdict> verdicts = grader.grade(programs);
        assertThat(own).hasSize(40);
        for (int i = 0; i < programs.size(); i++) {
            assertThat(verdicts.get(i).passed())
                    .as(programs.get(i).id() + " " + i % 2 + " " + verdicts.get(i))
                    .isEqualTo(i % 2 == 0);
        }
    }

    private static ObjectNode object() {
        return Trials.MAPPER.createObjectNode();
    }

    private static ObjectNode appsLike(JsonNode own, String key) {
        ObjectNode cases = object();
        cases.set("inputs", own.get("inputs"));
        cases.set("outputs", own.get("outputs"));
        ObjectNode row = object();
        row.set(key, own.get("name"));
        row.put("question", "a question").put("input_output", cases.toString());
        ArrayNode solutions = Trials.MAPPER.createArrayNode().add(own.get("right"));
        return row.put("solutions", solutions.toString())
                .put("starter_code", "")
                .put("difficulty", "interview");
    }

    @Test
    void apps() {
        bothWays(own -> appsLike(own, "problem_id"));
    }

    @Test
    void taco() {
        bothWays(own -> appsLike(own, "name").put("source", "own").put("time_limit", "1 second"));
    }

    @Test
    void liveCodeBench() {
        bothWays(own -> {
            ArrayNode open = Trials.MAPPER.createArrayNode();
            ArrayNode hidden = Trials.MAPPER.createArrayNode();
            for (int i = 0; i < own.get("inputs").size(); i++) {
                ObjectNode test = object();
                test.set("input", own.get("inputs").get(i));
                test.set("output", own.get("outputs").get(i));
                (i == 0 ? open : hidden).add(test.put("testtype", "stdin"));
            }
            ObjectNode row = object();
            row.set("question_id", own.get("name"));
            row.set("code", own.get("right"));
            return row.put("question_content", "a question")
                    .put("starter_code", "")
                    .put("metadata", "{}")
                    .put("public_test_cases", open.toString())
                    .put("private_test_cases", packed(hidden.toString()));
        });
    }

    /** As the published files pack it: a pickled text, deflated, in base64. */
    private static String packed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer pickle = ByteBuffer.allocate(bytes.length + 32).order(ByteOrder.LITTLE_ENDIAN);
        pickle.put((byte) 0x80).put((byte) 4).put((byte) 0x95).putLong(bytes.length + 7L);
        pickle.put((byte) 'X').putInt(bytes.length).put(bytes).put((byte) 0x94).put((byte) '.');
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream deflated = new DeflaterOutputStream(out)) {
            deflated.write(pickle.array(), 0, pickle.position());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    @Test
    void codeContests() {
        bothWays(own -> {
            ObjectNode row = object();
            row.set("name", own.get("name"));
            row.put("description", "a question");
            for (String field : List.of("public_tests", "private_tests", "generated_tests")) {
                ArrayNode inputs = row.putObject(field).putArray("input");
                ArrayNode outputs = ((ObjectNode) row.get(field)).putArray("output");
                int index = field.startsWith("public") ? 0 : field.startsWith("private") ? 1 : -1;
                if (index >= 0) {
                    inputs.add(own.get("inputs").get(index));
                    outputs.add(own.get("outputs").get(index));
                }
            }
            ObjectNode solutions = row.putObject("solutions");
            solutions.putArray("language").add(2).add(3);
            solutions.putArray("solution").add("int main() {}").add(own.get("right"));
            return row;
        });
    }

    @Test
    void plainRows() {
        bothWays(own -> {
            ObjectNode row = object();
            row.set("id", own.get("name"));
            row.set("code", own.get("right"));
            row.put("text", "a question").set("inputs", own.get("inputs"));
            row.set("outputs", own.get("outputs"));
            return row;
        });
    }

    @Test
    void aFunctionOfJsonValues() {
        ObjectNode row = object().put("problem_id", 1).put("question", "two that make a sum");
        row.put(
                "input_output",
                "{\"fn_name\": \"two\", \"inputs\": [[[2, 7, 11], 9], [[3, 3], 6]], \"outputs\": [[0, 1], [[0, 1]]]}");
        CodingProblem problem = ScriptProblems.problem(new JsonRows.Row(row, "here"));
        String right =
                "    def two(self, xs, t):\n        return next((i, j) for i in range(len(xs)) for j in range(i + 1, len(xs))"
                        + " if xs[i] + xs[j] == t)\n";
        assertThat(grade(problem, "class Solution:\n" + right)).isEqualTo(VerdictKind.PASSED);
        assertThat(grade(problem, "def two(xs, t):\n    return [1, 0]\n")).isEqualTo(VerdictKind.FAILED);
    }

    @Test
    void tokensAndTheirTolerance() {
        String[][] same = {{"1.0000001", "1.0"}, {"1  2\n", "1 2"}, {"1e3", "1000.0"}, {"0.1000000", "1e-1"}};
        String[][] other = {
            {"1.001", "1.0"}, {"1.0", "1"}, {"007", "7"}, {"yes", "YES"}, {"1 2 3", "1 2"}, {"nan", "1.0"}
        };
        for (String[] pair : same) {
            assertThat(grade(pairs(pair[1]), "print('''" + pair[0] + "''')")).isEqualTo(VerdictKind.PASSED);
        }
        for (String[] pair : other) {
            assertThat(grade(pairs(pair[1]), "print('''" + pair[0] + "''')")).isEqualTo(VerdictKind.FAILED);
        }
    }

    private static CodingProblem pairs(String output) {
        InputOutput pairs = new InputOutput(List.of(new InputOutput.Pair("", output)), InputOutput.USUAL_TOLERANCE);
        return new CodingProblem("p", "text", "", TestSuite.of(pairs, ""), List.of());
    }

    private static VerdictKind grade(CodingProblem problem, String code) {
        return grader.grade(List.of(problem.submission(code))).get(0).kind();
    }

    @Test
    void aCheckerOfItsOwnIsRefused() {
        ObjectNode row = object().put("id", 1)
                .put("text", "t")
                .put("stdin", "1")
                .put("stdout", "1")
                .put("checker", "any order");
        assertThatThrownBy(() -> ScriptProblems.problem(new JsonRows.Row(row, "file:3")))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("file:3: needs its own checker");
    }
}
