package io.maskflow.reward.problem;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Problems in EvalPlus's own form (HumanEval+ and MBPP+ as they are published, not the {@code OriginFmt} files): {@code
 * task_id, prompt, entry_point, canonical_solution, base_input, plus_input, atol, contract}. The file holds no expected
 * outputs: the trusted solution is run beside the program on each input that the contract admits, and outputs are compared as
 * EvalPlus compares them ({@code plus_inputs.py} beside this class).
 */
public final class EvalPlusProblems {

    /** Numbers that JSON has no word for are written as Python reads them. */
    private static final String PROGRAM = resource();

    private static final Pattern NUMBER = Pattern.compile("(\\w+)/(\\d+)");

    private EvalPlusProblems() {}

    /** Is this a row of EvalPlus's own form? It has inputs, and a solution that says what they give. */
    public static boolean isNative(JsonRows.Row row) {
        return row.json().has("plus_input") || row.json().has("base_input");
    }

    /**
     * One problem.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    public static CodingProblem problem(JsonRows.Row row) {
        String prompt = row.text("prompt");
        List<String> visible = new ArrayList<>();
        for (String line : row.textOrEmpty("assertion").split("\n")) {
            if (line.startsWith("assert ")) {
                visible.add(line);
            }
        }
        return new CodingProblem(
                row.name("task_id", "id"),
                prompt,
                prompt + row.text("canonical_solution"),
                suite(row),
                List.of(),
                visible,
                JsonRows.line(row.json()));
    }

    /**
     * The tests of a row.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    public static TestSuite suite(JsonRows.Row row) {
        Matcher name = NUMBER.matcher(row.name("task_id", "id"));
        boolean numbered = name.matches();
        String entry = row.text("entry_point");
        if (!entry.matches("[A-Za-z_]\\w*")) {
            throw new ProblemDataException(row.place() + ": entry_point must be the name of a function, was " + entry);
        }
        String program = "import json as _json\n"
                + "_PROMPT = " + python(row.textOrEmpty("prompt")) + "\n"
                + "_SOLUTION = " + python(row.text("canonical_solution")) + "\n"
                + "_CONTRACT = " + python(row.textOrEmpty("contract")) + "\n"
                + "_ENTRY = " + python(entry) + "\n"
                + "_MBPP = " + (numbered && name.group(1).equals("Mbpp") ? "True" : "False") + "\n"
                + "_TASK = " + (numbered ? name.group(2) : "-1") + "\n"
                + "_TOLERANCE = " + tolerance(row) + "\n"
                + "_INPUTS = _json.loads(" + python(inputs(row, "base_input")) + ")"
                + " + _json.loads(" + python(inputs(row, "plus_input")) + ")\n"
                + PROGRAM
                + "\n\nfor _args in _ALL:\n    if _allowed(_args):\n        assert _agrees(" + entry
                + "(*_copy.deepcopy(_args)), _args)\n";
        return TestSuite.program(program, "", "").withEntryPoints(List.of(entry));
    }

    private static double tolerance(JsonRows.Row row) {
        JsonNode atol = row.json().path("atol");
        if (!atol.isMissingNode() && !atol.isNull() && !(atol.isNumber() && atol.doubleValue() >= 0)) {
            throw new ProblemDataException(row.place() + ": atol must be a number of at least 0, was " + atol);
        }
        return atol.asDouble(0);
    }

    private static String inputs(JsonRows.Row row, String field) {
        JsonNode inputs = row.json().path(field);
        if (inputs.isMissingNode() || inputs.isNull() || inputs.isObject() && inputs.isEmpty()) {
            return "[]"; // published rows without plus inputs have {}
        }
        if (!inputs.isArray()) {
            throw new ProblemDataException(row.place() + ": " + field + " must be a list of argument lists");
        }
        for (JsonNode arguments : inputs) {
            if (!arguments.isArray()) {
                throw new ProblemDataException(
                        row.place() + ": " + field + " must be a list of argument lists, holds " + arguments);
            }
        }
        return JsonRows.line(inputs);
    }

    /** A text as a literal of Python: that of JSON, whose escapes are among Python's. */
    private static String python(String text) {
        return JsonRows.line(text);
    }

    private static String resource() {
        try (InputStream in = EvalPlusProblems.class.getResourceAsStream("plus_inputs.py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("plus_inputs.py", e);
        }
    }
}
