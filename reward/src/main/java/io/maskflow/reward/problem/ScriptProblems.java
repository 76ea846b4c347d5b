package io.maskflow.reward.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.reward.sandbox.suite.InputOutput;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Problems of inputs and outputs: a script that reads its standard input and prints, or a function of JSON values. Read as APPS and
 * TACO ({@code question, input_output}), LiveCodeBench ({@code question_content, public_test_cases, private_test_cases}, compressed
 * ones too), CodeContests ({@code description, public_tests, private_tests, generated_tests}) publish them, and as plain rows with
 * {@code inputs} and {@code outputs}, or {@code stdin} and {@code stdout}.
 */
public final class ScriptProblems {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> CHECKERS =
            Set.of("checker", "special_judge", "spj", "special_checker", "interactive", "generated_checker");
    private static final int PYTHON3 = 3;

    private ScriptProblems() {}

    /**
     * Reads a file, plain or gzip.
     *
     * @throws ProblemDataException if the file cannot be read or a row is broken; the message names file and line
     */
    public static List<CodingProblem> read(Path file) {
        return JsonRows.read(file).stream().map(ScriptProblems::problem).toList();
    }

    /** Does a row hold inputs and outputs? */
    public static boolean isOne(JsonRows.Row row) {
        JsonNode json = row.json();
        return json.has("input_output")
                || json.has("public_test_cases")
                || json.has("public_tests")
                || json.has("inputs") && json.has("outputs")
                || json.has("stdin") && json.has("stdout");
    }

    /**
     * One problem.
     *
     * @throws ProblemDataException if a field is missing or wrong, or the problem needs a checker of its own
     */
    public static CodingProblem problem(JsonRows.Row row) {
        String id = row.name("task_id", "id", "problem_id", "question_id", "name");
        String text = first(row, "question", "question_content", "description", "text", "prompt");
        String starter = row.textOrEmpty("starter_code");
        TestSuite suite = suite(row);
        return new CodingProblem(
                id,
                text + ending(suite, starter),
                reference(row),
                suite,
                List.of(),
                shown(row, suite),
                JsonRows.line(row.json()));
    }

    /**
     * The tests of a row.
     *
     * @throws ProblemDataException if there are none, or they need a checker of their own
     */
    public static TestSuite suite(JsonRows.Row row) {
        for (String field : CHECKERS) {
            JsonNode node = row.json().path(field);
            if (!node.isMissingNode()
                    && !node.isNull()
                    && !node.asText().isEmpty()
                    && !node.asText().equals("false")) {
                throw new ProblemDataException(
                        row.place() + ": needs its own " + field + ", and only comparison by tokens is offered");
            }
        }
        double tolerance = row.json().path("tolerance").asDouble(InputOutput.USUAL_TOLERANCE);
        List<InputOutput.Pair> pairs = new ArrayList<>();
        String function = row.textOrEmpty("fn_name");
        JsonNode json = row.json();
        if (json.has("input_output")) {
            JsonNode cases = nested(row, "input_output");
            function = cases.path("fn_name").asText("");
            zip(row, cases.path("inputs"), cases.path("outputs"), !function.isEmpty(), pairs);
        } else if (json.has("public_test_cases")) {
            function = liveCode(row, pairs);
        } else if (json.has("public_tests")) {
            for (String field : List.of("public_tests", "private_tests", "generated_tests")) {
                JsonNode cases = json.path(field);
                zip(row, cases.path("input"), cases.path("output"), false, pairs);
            }
        } else if (json.has("inputs")) {
            zip(row, json.get("inputs"), json.path("outputs"), !function.isEmpty(), pairs);
        } else {
            zip(row, json.path("stdin"), json.path("stdout"), false, pairs);
        }
        if (pairs.isEmpty()) {
            throw new ProblemDataException(row.place() + ": has no inputs and outputs");
        }
        try {
            return TestSuite.of(new InputOutput(pairs, tolerance), function);
        } catch (IllegalArgumentException wrong) {
            throw new ProblemDataException(row.place() + ": " + wrong.getMessage());
        }
    }

    private static void zip(
            JsonRows.Row row, JsonNode inputs, JsonNode outputs, boolean values, List<InputOutput.Pair> pairs) {
        if (inputs.isTextual() && outputs.isTextual()) {
            pairs.add(new InputOutput.Pair(inputs.textValue(), outputs.textValue()));
            return;
        }
        if (inputs.size() != outputs.size()) {
            throw new ProblemDataException(
                    row.place() + ": has " + inputs.size() + " inputs and " + outputs.size() + " outputs");
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (values) {
                if (!inputs.get(i).isArray()) {
                    throw new ProblemDataException(row.place() + ": inputs of a function must be lists of arguments");
                }
                pairs.add(new InputOutput.Pair(
                        inputs.get(i).toString(), outputs.get(i).toString()));
            } else {
                pairs.add(new InputOutput.Pair(lines(inputs.get(i)), lines(outputs.get(i))));
            }
        }
    }

    /** A text; or, as APPS has it in places, a list of its lines. */
    private static String lines(JsonNode node) {
        if (!node.isArray()) {
            return node.asText();
        }
        List<String> lines = new ArrayList<>();
        node.forEach(line -> lines.add(line.asText()));
        return String.join("\n", lines);
    }

    /** The cases of LiveCodeBench: texts, or JSON arguments a line when the row names a function. */
    private static String liveCode(JsonRows.Row row, List<InputOutput.Pair> pairs) {
        String function = row.json().hasNonNull("metadata")
                ? nested(row, "metadata").path("func_name").asText("")
                : "";
        for (String field : List.of("public_test_cases", "private_test_cases")) {
            for (JsonNode test : row.json().hasNonNull(field) ? cases(row, field) : MAPPER.createArrayNode()) {
                boolean functional = test.path("testtype").asText().equals("functional");
                if (functional == function.isEmpty()) {
                    throw new ProblemDataException(row.place() + ": " + field + " is of the type "
                            + test.path("testtype").asText() + ", and metadata.func_name is "
                            + (function.isEmpty() ? "missing" : function));
                }
                String input = test.path("input").asText();
                if (functional) {
                    List<String> arguments =
                            input.lines().filter(l -> !l.isBlank()).toList();
                    input = "[" + String.join(",", arguments) + "]";
                    parse(row, field, input);
                    parse(row, field, test.path("output").asText());
                }
                pairs.add(new InputOutput.Pair(input, test.path("output").asText()));
            }
        }
        return function;
    }

    private static JsonNode cases(JsonRows.Row row, String field) {
        JsonNode node = row.json().get(field);
        if (!node.isTextual()) {
            return node;
        }
        String text = node.textValue();
        return parse(row, field, text.stripLeading().startsWith("[") ? text : PackedText.unpack(text, row.place()));
    }

    private static JsonNode nested(JsonRows.Row row, String field) {
        JsonNode node = row.json().get(field);
        return node.isTextual() ? parse(row, field, node.textValue()) : node;
    }

    private static JsonNode parse(JsonRows.Row row, String field, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ProblemDataException(row.place() + ": " + field + " holds broken JSON", e);
        }
    }

    /** The first solution in Python, where the data have one. */
    private static String reference(JsonRows.Row row) {
        JsonNode solutions = row.json().path("solutions");
        if (solutions.isTextual()) {
            solutions = solutions.textValue().isBlank() ? MAPPER.createArrayNode() : nested(row, "solutions");
        }
        if (solutions.isArray()) {
            return solutions.path(0).asText("");
        }
        for (int i = 0; i < solutions.path("language").size(); i++) {
            if (solutions.path("language").get(i).asInt() == PYTHON3) {
                return solutions.path("solution").path(i).asText("");
            }
        }
        return row.textOrEmpty("code");
    }

    private static String first(JsonRows.Row row, String... fields) {
        for (String field : fields) {
            if (row.json().hasNonNull(field)) {
                return row.text(field);
            }
        }
        throw new ProblemDataException(row.place() + ": needs " + String.join(" or ", fields));
    }

    /** The request of the public prompts: how the program is run, and the code to start from. */
    private static String ending(TestSuite suite, String starter) {
        String how = suite.isScript()
                ? "\n\nRead the input from standard input and print the answer to standard output."
                : "\n\nWrite the function " + suite.entryPoint() + ".";
        return how + (starter.isBlank() ? "" : "\n\n" + starter.strip());
    }

    /** The pairs that a prompt may show: those that the data call public, else none. */
    private static List<String> shown(JsonRows.Row row, TestSuite suite) {
        JsonNode json = row.json();
        int open = json.has("public_test_cases")
                ? cases(row, "public_test_cases").size()
                : json.path("public_tests").path("input").size();
        return suite.pairs().pairs().stream()
                .limit(open)
                .map(p -> "Input:\n" + p.input().strip() + "\nOutput:\n"
                        + p.output().strip())
                .toList();
    }
}
