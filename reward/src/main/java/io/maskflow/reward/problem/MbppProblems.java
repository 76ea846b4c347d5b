package io.maskflow.reward.problem;

import io.maskflow.reward.sandbox.suite.TestSuite;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Problems in MBPP's format: the full set ({@code text, code, task_id, test_setup_code, test_list, challenge_test_list}, a line
 * each), the sanitized set (a JSON array with {@code prompt} and {@code test_imports}), MBPP+ in its original-format release
 * (a {@code test} script beside {@code test_list}), and anything else in one of these shapes. Further fields are ignored.
 */
public final class MbppProblems {
    private static final Pattern CALLED =
            Pattern.compile("assert\\s+\\(*(?:not\\s+|set\\(|sorted\\(|math\\.isclose\\()*\\(*(\\w+)\\(");

    private MbppProblems() {}

    /**
     * Reads a file, plain or gzip.
     *
     * @throws ProblemDataException if the file cannot be read or a row is broken; the message names file and line
     */
    public static List<CodingProblem> read(Path file) {
        return JsonRows.read(file).stream().map(MbppProblems::problem).toList();
    }

    /**
     * One problem. Where a row has a {@code test} script beside its asserts, the script is what programs are graded by; a
     * prompt may still show the asserts.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    public static CodingProblem problem(JsonRows.Row row) {
        String id = row.name("task_id", "id");
        String text = row.json().has("text") ? row.text("text") : row.text("prompt");
        String reference = normalise(row.textOrEmpty("code"));
        List<String> asserts = row.texts("test_list");
        if (asserts.isEmpty()) {
            throw new ProblemDataException(row.place() + ": test_list must hold at least one assert");
        }
        TestSuite suite = isPlus(row) ? script(row).withReference(reference) : suite(row, asserts, reference);
        List<String> challenge = isPlus(row) ? List.of() : row.texts("challenge_test_list");
        return new CodingProblem(id, text, reference, suite, challenge, asserts, JsonRows.line(row.json()));
    }

    /** The script of a row of the plus form. */
    static TestSuite script(JsonRows.Row row) {
        return TestSuite.program(row.text("test"), "", String.join("\n", row.texts("test_imports")));
    }

    /** The function that the first assert calls, past wrappers such as {@code set()}; empty if there is none to be seen. */
    public static String called(List<String> asserts) {
        Matcher call = CALLED.matcher(String.join("\n", asserts));
        return call.find() ? call.group(1) : "";
    }

    /** Is this a row of the plus form? It has a {@code test} script beside its asserts, and no {@code entry_point}. */
    public static boolean isPlus(JsonRows.Row row) {
        return row.json().path("test").isTextual()
                && !row.json().get("test").textValue().isBlank()
                && row.json().has("test_list")
                && !row.json().hasNonNull("entry_point");
    }

    private static TestSuite suite(JsonRows.Row row, List<String> asserts, String reference) {
        List<String> imports = row.texts("test_imports");
        String setup = normalise(row.textOrEmpty("test_setup_code"));
        if (!imports.isEmpty() && !setup.isEmpty()) {
            throw new ProblemDataException(row.place() + ": has both test_imports and test_setup_code");
        }
        TestSuite suite = imports.isEmpty()
                ? TestSuite.of(asserts, setup, TestSuite.SetupOrder.CODE_FIRST)
                : TestSuite.of(asserts, String.join("\n", imports), TestSuite.SetupOrder.SETUP_FIRST);
        return suite.withReference(reference);
    }

    /**
     * Source as a model should see it: line ends {@code \n}, leading tabs as four blanks, no blanks at line ends. MBPP has CRLF in
     * 972 of 974 rows and tabs in 129.
     */
    public static String normalise(String code) {
        String[] lines = code.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
        boolean literal = code.contains("\"\"\"") || code.contains("'''");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            out.append(i == 0 ? "" : "\n")
                    .append(literal ? lines[i] : untabbed(lines[i]).stripTrailing());
        }
        return out.toString().strip().isEmpty() ? "" : out.toString().stripTrailing();
    }

    private static String untabbed(String line) {
        int column = 0;
        int at = 0;
        boolean tab = false;
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            // Python accepts indents only if their order is the same for tabs of width one and eight, so any width
            // between will do.
            tab |= line.charAt(at) == '\t';
            column = line.charAt(at) == '\t' ? column + 4 : column + 1;
            at++;
        }
        return tab ? " ".repeat(column) + line.substring(at) : line;
    }
}
