package io.maskflow.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.problem.CodingProblems;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.MbppProblems;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.problem.ScriptProblems;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.suite.InputOutput;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Grades a file of programs: a JSON object a line in, a JSON object a line out, in the same order.
 *
 * <p>Input fields: {@code id} (or {@code task_id}), {@code code}, {@code prompt_tests} (or {@code test_list}), and optionally
 * {@code setup} (or {@code test_setup_code}), {@code setup_order} ({@code code_first} or {@code setup_first}), {@code test_imports},
 * {@code entry_points}; {@code inputs} and {@code outputs}, or {@code stdin} and {@code stdout}, or another layout of {@link
 * ScriptProblems}, in place of tests; or, in place of asserts, HumanEval's {@code test}, {@code entry_point} and {@code prompt}; or the
 * {@code test} script of MBPP+ beside {@code test_list}. Output fields:
 * {@code id, verdict, pass_rate, tests, seconds, cpu_seconds, note}; the pass rate of a row without verdict is null, never 0.
 */
public final class GradeFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int AHEAD = 4096;
    /** What a row of programs may hold; the second half only describes it. */
    private static final Set<String> KEYS = new TreeSet<>(List.of(
            "id",
            "task_id",
            "problem_id",
            "question_id",
            "name",
            "code",
            "prompt_tests",
            "test_list",
            "challenge_test_list",
            "setup",
            "test_setup_code",
            "setup_order",
            "test_imports",
            "entry_points",
            "test",
            "entry_point",
            "prompt",
            "text",
            "canonical_solution",
            "source_file",
            "category",
            "expected_verdict",
            "expected_pass_rate",
            "note"));

    private final Grader grader;

    public GradeFile(Grader grader) {
        this.grader = grader;
    }

    /**
     * How far the work is.
     *
     * @param done rows written
     * @param total rows of the file
     * @param seconds wall seconds since the start
     */
    public record Progress(int done, int total, double seconds) {
        /** Seconds still to go at the pace so far. */
        public double remaining() {
            return done == 0 ? Double.NaN : seconds / done * (total - done);
        }
    }

    /**
     * What came out.
     *
     * @param kinds rows per verdict
     * @param rows rows in all
     * @param tests tests in all
     * @param seconds wall seconds
     * @param cpuSeconds CPU seconds of the candidates
     */
    public record Summary(Map<VerdictKind, Integer> kinds, int rows, int tests, double seconds, double cpuSeconds) {
        public Summary {
            kinds = Map.copyOf(kinds);
        }

        /** Rows with this verdict. */
        public int count(VerdictKind kind) {
            return kinds.getOrDefault(kind, 0);
        }
    }

    private record Pending(Submission submission, JsonNode name, CompletableFuture<Verdict> verdict) {}

    /**
     * Grades every row of {@code in} and writes {@code out} anew.
     *
     * @param progress told after each row
     * @throws ProblemDataException if a row is broken; all rows are checked before the first is graded
     * @throws IOException if {@code out} cannot be written
     */
    public Summary run(Path in, Path out, Consumer<Progress> progress) throws IOException {
        return run(List.of(in), out, false, progress);
    }

    /**
     * Grades every row of some files, in order, and writes one line for each as soon as it is known.
     *
     * @param in the files, plain or gzip
     * @param out the verdicts; gzip if its name ends in {@code .gz}
     * @param resume keep the lines that {@code out} already holds, and go on behind them; a half line at its end is dropped
     * @param progress told after each row
     * @throws ProblemDataException if a row is broken, or {@code out} holds other rows; all rows are checked before the first is graded
     * @throws IOException if {@code out} cannot be written
     */
    public Summary run(List<Path> in, Path out, boolean resume, Consumer<Progress> progress) throws IOException {
        List<JsonRows.Row> rows = new ArrayList<>();
        for (Path file : in) {
            rows.addAll(JsonRows.read(file));
        }
        List<Submission> submissions = new ArrayList<>();
        for (JsonRows.Row row : rows) {
            submissions.add(submission(row));
        }
        long start = System.nanoTime();
        Map<VerdictKind, Integer> kinds = new EnumMap<>(VerdictKind.class);
        int tests = 0;
        double cpu = 0;
        try (VerdictFile writer = VerdictFile.open(out, resume)) {
            int done = 0;
            for (JsonNode known : writer.known()) {
                if (done >= rows.size() || !known.path("id").equals(name(rows.get(done)))) {
                    throw new ProblemDataException(out + ":" + (done + 1) + ": holds a verdict of " + known.path("id")
                            + ", which is not row " + (done + 1) + " of the programs; it cannot be gone on with");
                }
                kinds.merge(VerdictKind.of(known.path("verdict").asText()), 1, Integer::sum);
                tests += known.path("tests").size();
                cpu += known.path("cpu_seconds").asDouble();
                done++;
            }
            Deque<Pending> pending = new ArrayDeque<>();
            int next = done;
            for (; done < rows.size(); done++) {
                while (next < rows.size() && pending.size() < AHEAD) {
                    Submission s = submissions.get(next);
                    pending.add(new Pending(s, name(rows.get(next)), grader.submit(s)));
                    next++;
                }
                Pending row = pending.remove();
                Verdict verdict = row.verdict().join();
                kinds.merge(verdict.kind(), 1, Integer::sum);
                tests += verdict.tests().size();
                cpu += verdict.cpuSeconds();
                writer.write(line(row, verdict));
                progress.accept(new Progress(done + 1, rows.size(), (System.nanoTime() - start) * 1e-9));
            }
        }
        return new Summary(kinds, rows.size(), tests, (System.nanoTime() - start) * 1e-9, cpu);
    }

    /**
     * The program and the tests of one row.
     *
     * @throws ProblemDataException if a field is missing or wrong
     */
    static Submission submission(JsonRows.Row row) {
        String id = row.name("id", "task_id", "problem_id", "question_id", "name");
        String code = row.text("code");
        if (ScriptProblems.isOne(row)) {
            return new Submission(id, code, ScriptProblems.suite(row));
        }
        if (CodingProblems.hasScript(row) && row.texts("prompt_tests").isEmpty()) {
            TestSuite suite = CodingProblems.suite(row);
            List<String> names = new ArrayList<>(suite.entryPoints());
            names.addAll(row.texts("entry_points"));
            names.add(MbppProblems.called(row.texts("test_list")));
            names.removeIf(String::isEmpty);
            return new Submission(id, code, suite.withEntryPoints(names));
        }
        for (String key : (Iterable<String>) row.json()::fieldNames) {
            if (!KEYS.contains(key)) {
                throw new ProblemDataException(row.place() + ": unknown key " + key + "; known are " + KEYS);
            }
        }
        List<String> asserts = row.texts("prompt_tests");
        if (asserts.isEmpty()) {
            asserts = row.texts("test_list");
        }
        if (asserts.isEmpty()) {
            throw new ProblemDataException(row.place() + ": needs prompt_tests or test_list with at least one assert");
        }
        String setup = row.textOrEmpty(row.json().has("setup") ? "setup" : "test_setup_code");
        TestSuite.SetupOrder order = order(row);
        List<String> imports = row.texts("test_imports");
        if (!imports.isEmpty() && setup.isEmpty()) {
            setup = String.join("\n", imports);
            order = TestSuite.SetupOrder.SETUP_FIRST;
        }
        return new Submission(id, code, TestSuite.of(asserts, setup, order).withEntryPoints(row.texts("entry_points")));
    }

    private static TestSuite.SetupOrder order(JsonRows.Row row) {
        String word = row.textOrEmpty("setup_order");
        return switch (word) {
            case "", "code_first" -> TestSuite.SetupOrder.CODE_FIRST;
            case "setup_first" -> TestSuite.SetupOrder.SETUP_FIRST;
            default ->
                throw new ProblemDataException(
                        row.place() + ": setup_order must be code_first or setup_first, was " + word);
        };
    }

    private static JsonNode name(JsonRows.Row row) {
        for (String field : List.of("id", "task_id", "problem_id", "question_id", "name")) {
            if (row.json().has(field)) {
                return row.json().get(field);
            }
        }
        throw new ProblemDataException(row.place() + ": has no id");
    }

    private static ObjectNode line(Pending row, Verdict verdict) {
        ObjectNode line = MAPPER.createObjectNode();
        line.set("id", row.name());
        line.put("verdict", verdict.kind().word());
        if (verdict.decided()) {
            line.put("pass_rate", verdict.passRate());
        } else {
            line.putNull("pass_rate");
        }
        ArrayNode tests = line.putArray("tests");
        verdict.tests().forEach(k -> tests.add(k.word()));
        line.put("seconds", Math.round(verdict.seconds() * 1e4) / 1e4);
        line.put("cpu_seconds", Math.round(verdict.cpuSeconds() * 1e4) / 1e4);
        line.put("note", verdict.note());
        InputOutput pairs = row.submission().tests().pairs();
        if (!pairs.isEmpty()) {
            line.put("rule", pairs.rule());
        }
        return line;
    }
}
