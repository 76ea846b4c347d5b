package io.maskflow.reward;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.problem.CodingProblems;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.MbppProblems;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.Submission;
import io.maskflow.reward.sandbox.TestSuite;
import io.maskflow.reward.sandbox.Verdict;
import io.maskflow.reward.sandbox.VerdictKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Grades a file of programs: a JSON object a line in, a JSON object a line out, in the same order.
 *
 * <p>Input fields: {@code id} (or {@code task_id}), {@code code}, {@code prompt_tests} (or {@code test_list}), and optionally
 * {@code setup} (or {@code test_setup_code}), {@code setup_order} ({@code code_first} or {@code setup_first}), {@code test_imports},
 * {@code entry_points}; or, in place of asserts, HumanEval's {@code test}, {@code entry_point} and {@code prompt}; or the
 * {@code test} script of MBPP+ beside {@code test_list}. Output fields:
 * {@code id, verdict, pass_rate, tests, seconds, cpu_seconds, note}; the pass rate of a row without verdict is null, never 0.
 */
public final class GradeFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int AHEAD = 4096;

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

    private record Pending(
            String id, com.fasterxml.jackson.databind.JsonNode name, CompletableFuture<Verdict> verdict) {}

    /**
     * Grades every row of {@code in} and writes {@code out}.
     *
     * @param progress told after each row
     * @throws ProblemDataException if a row is broken; all rows are checked before the first is graded
     * @throws IOException if {@code out} cannot be written
     */
    public Summary run(Path in, Path out, Consumer<Progress> progress) throws IOException {
        List<JsonRows.Row> rows = JsonRows.read(in);
        List<Submission> submissions = new ArrayList<>();
        for (JsonRows.Row row : rows) {
            submissions.add(submission(row));
        }
        long start = System.nanoTime();
        Map<VerdictKind, Integer> kinds = new EnumMap<>(VerdictKind.class);
        int tests = 0;
        double cpu = 0;
        if (out.toAbsolutePath().getParent() != null) {
            Files.createDirectories(out.toAbsolutePath().getParent());
        }
        try (BufferedWriter writer = Files.newBufferedWriter(out)) {
            Deque<Pending> pending = new ArrayDeque<>();
            int next = 0;
            for (int done = 0; done < rows.size(); done++) {
                while (next < rows.size() && pending.size() < AHEAD) {
                    Submission s = submissions.get(next);
                    pending.add(new Pending(s.id(), name(rows.get(next)), grader.submit(s)));
                    next++;
                }
                Pending row = pending.remove();
                Verdict verdict = row.verdict().join();
                kinds.merge(verdict.kind(), 1, Integer::sum);
                tests += verdict.tests().size();
                cpu += verdict.cpuSeconds();
                writer.write(MAPPER.writeValueAsString(line(row.name(), verdict)));
                writer.newLine();
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
        String id = row.name("id", "task_id");
        String code = row.text("code");
        if (CodingProblems.hasScript(row) && row.texts("prompt_tests").isEmpty()) {
            TestSuite suite = CodingProblems.suite(row);
            List<String> names = new ArrayList<>(suite.entryPoints());
            names.addAll(row.texts("entry_points"));
            names.add(MbppProblems.called(row.texts("test_list")));
            names.removeIf(String::isEmpty);
            return new Submission(id, code, suite.withEntryPoints(names));
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

    private static com.fasterxml.jackson.databind.JsonNode name(JsonRows.Row row) {
        return row.json().has("id") ? row.json().get("id") : row.json().get("task_id");
    }

    private static ObjectNode line(com.fasterxml.jackson.databind.JsonNode name, Verdict verdict) {
        ObjectNode line = MAPPER.createObjectNode();
        line.set("id", name);
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
        return line;
    }
}
