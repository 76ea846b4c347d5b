package io.maskflow.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Programs as other harnesses write them, put beside the tests of their problems: {@code {task_id, solution}} (EvalPlus, a whole
 * program), {@code {task_id, completion}} (HumanEval, what follows the prompt), logged samples of lm-evaluation-harness
 * ({@code doc} with {@code filtered_resps} or {@code resps}), outputs of LiveCodeBench ({@code {question_id, code_list}}). A row
 * with several answers gives several programs. Without problems the file is what {@link GradeFile} reads already.
 */
public final class SampleFile implements AutoCloseable {

    private static final List<String> IDS = List.of("task_id", "question_id", "problem_id", "id", "name");

    private final Path programs;
    private final boolean ours;

    private SampleFile(Path programs, boolean ours) {
        this.programs = programs;
        this.ours = ours;
    }

    /**
     * Puts samples beside their problems.
     *
     * @param samples the file; its order is kept
     * @param problems a file of programming problems, or null
     * @return the programs; a temporary file, closed with this object, where problems are given
     * @throws ProblemDataException if a sample has no program or no problem; names file and line
     * @throws IOException if the temporary file cannot be written
     */
    public static SampleFile of(Path samples, Path problems) throws IOException {
        if (problems == null) {
            return new SampleFile(samples, false);
        }
        Map<String, JsonNode> byId = new HashMap<>();
        for (JsonRows.Row row : JsonRows.read(problems)) {
            String id = row.name(IDS.toArray(new String[0]));
            if (byId.putIfAbsent(id, row.json()) != null) {
                throw new ProblemDataException(row.place() + ": the id " + id + " must be the only one of its file");
            }
        }
        Path joined = Files.createTempFile("programs", ".jsonl");
        try (BufferedWriter writer = Files.newBufferedWriter(joined)) {
            JsonRows.stream(samples, row -> {
                JsonNode problem = problem(row, byId, problems);
                for (String program : programs(row, problem)) {
                    ObjectNode line = problem.deepCopy();
                    line.set("id", line.has("id") ? line.get("id") : id(problem));
                    line.put("code", program);
                    writer.write(line.toString());
                    writer.newLine();
                }
            });
        } catch (IOException | RuntimeException failed) {
            Files.delete(joined);
            throw failed;
        }
        return new SampleFile(joined, true);
    }

    private static JsonNode id(JsonNode row) {
        return IDS.stream().filter(row::has).findFirst().map(row::get).orElseThrow();
    }

    /** By the sample's id, or that of its {@code doc}; {@code Mbpp/2} is 2 in other releases of MBPP+. */
    private static JsonNode problem(JsonRows.Row row, Map<String, JsonNode> byId, Path problems) {
        JsonNode named = row.json().path("doc").isObject() ? row.json().get("doc") : row.json();
        Optional<String> id = IDS.stream()
                .filter(named::hasNonNull)
                .map(field -> named.get(field).asText())
                .findFirst();
        if (id.isEmpty()) {
            throw new ProblemDataException(row.place() + ": a sample needs one of " + IDS);
        }
        String tail = id.get().substring(id.get().lastIndexOf('/') + 1);
        for (String candidate : List.of(id.get(), tail, "Mbpp/" + id.get(), "HumanEval/" + id.get())) {
            if (byId.containsKey(candidate)) {
                return byId.get(candidate);
            }
        }
        throw new ProblemDataException(row.place() + ": " + problems + " has no problem " + id.get());
    }

    private static List<String> programs(JsonRows.Row row, JsonNode problem) {
        JsonNode json = row.json();
        String prompt = problem.path("prompt").asText("");
        String entry = problem.path("entry_point").asText("");
        List<String> programs = new ArrayList<>();
        if (json.hasNonNull("solution")) {
            texts(json.get("solution"), programs);
        } else if (json.hasNonNull("completion")) {
            texts(json.get("completion"), programs);
            programs.replaceAll(completion -> prompt + completion);
        } else if (json.hasNonNull("code_list")) {
            texts(json.get("code_list"), programs);
        } else if (json.hasNonNull("filtered_resps") || json.hasNonNull("resps")) {
            texts(json.get(json.hasNonNull("filtered_resps") ? "filtered_resps" : "resps"), programs);
            programs.replaceAll(
                    answer -> entry.isEmpty() || answer.contains("def " + entry) ? answer : prompt + answer);
        } else if (json.hasNonNull("code")) {
            texts(json.get("code"), programs);
        }
        if (programs.isEmpty()) {
            throw new ProblemDataException(
                    row.place() + ": a sample needs solution, completion, code, code_list, filtered_resps or resps");
        }
        return programs;
    }

    private static void texts(JsonNode node, List<String> into) {
        if (node.isTextual()) {
            into.add(node.textValue());
        } else {
            node.forEach(item -> texts(item, into));
        }
    }

    /** What {@link GradeFile} reads. */
    public Path programs() {
        return programs;
    }

    @Override
    public void close() throws IOException {
        if (ours) {
            Files.deleteIfExists(programs);
        }
    }
}
