package io.maskflow.reward.problem;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tests a problem has, as its publisher counts: asserts; pairs of input and output; inputs, where a script goes through a list of them or a
 * trusted solution says what they give; else the asserts of the script.
 */
public final class TestCount {

    private static final Pattern INPUTS = Pattern.compile("(?m)^\\s*inputs = \\[");
    private static final Pattern ASSERT = Pattern.compile("(?m)^\\s*assert\\b");

    private TestCount() {}

    /** The tests of a problem, challenge tests among them. */
    public static long of(CodingProblem problem) {
        if (!problem.tests().asserts().isEmpty()) {
            return problem.allTests().asserts().size();
        }
        if (!problem.tests().pairs().isEmpty()) {
            return problem.tests().pairs().pairs().size();
        }
        JsonNode row = row(problem);
        long inputs =
                (long) row.path("base_input").size() + row.path("plus_input").size();
        if (inputs > 0) {
            return inputs;
        }
        String program = problem.tests().program();
        Matcher list = INPUTS.matcher(program);
        return list.find()
                ? elements(program, list.end())
                : ASSERT.matcher(program).results().count();
    }

    private static JsonNode row(CodingProblem problem) {
        return JsonRows.object(problem.row().isEmpty() ? "{}" : problem.row());
    }

    /** Elements of a list of Python from behind its bracket on, past texts and inner brackets. */
    private static long elements(String program, int from) {
        long count = 0;
        int depth = 1;
        boolean inside = false;
        for (int i = from; i < program.length() && depth > 0; i++) {
            char c = program.charAt(i);
            if (c == '\'' || c == '"') {
                i = quoted(program, i);
                inside = true;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
                inside = true;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (c == ',' && depth == 1) {
                count += inside ? 1 : 0;
                inside = false;
            } else if (!Character.isWhitespace(c)) {
                inside = true;
            }
        }
        return count + (inside ? 1 : 0);
    }

    private static int quoted(String program, int from) {
        int i = from + 1;
        while (i < program.length() && program.charAt(i) != program.charAt(from)) {
            i += program.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }
}
