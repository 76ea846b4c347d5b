package io.maskflow.experiments.report.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.reward.problem.AnswerExtraction;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.CodingProblems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of an evaluation in the form that EvalPlus grades: {@code {task_id, solution}}, one file per decoder and budget,
 * each answer cut as the run cut it. Ids of MBPP are written as EvalPlus names them, {@code Mbpp/2}.
 */
public final class EvalPlusExport {

    /** Folder of the files in a run folder. */
    public static final String FOLDER = "evalplus";

    private static final ObjectMapper JSON = new ObjectMapper();

    private EvalPlusExport() {}

    /**
     * Writes the files of one run.
     *
     * @param folder of an evaluation of programming problems
     * @param into where the files go
     * @return the files
     * @throws ConfigurationException if the run is no such evaluation, or its problems are no longer where they were
     */
    public static List<Path> write(RunFolder folder, Path into) {
        Map<String, CodingProblem> problems = problems(folder);
        AnswerExtraction extraction = AnswerExtraction.named(
                config(folder).path("prompt").path("extraction").asText("none"));
        Map<String, StringBuilder> lines = new LinkedHashMap<>();
        for (ResultsLog.Result result : ResultsLog.read(folder.results())) {
            CodingProblem problem = problems.get(result.id());
            if (problem == null) {
                throw new ConfigurationException("the problems of " + folder.path() + " have no " + result.id()
                        + ": their file has changed since the run");
            }
            String name = (result.decoder() + "_" + result.budget()).replaceAll("[^A-Za-z0-9._-]", "-");
            lines.computeIfAbsent(name, fresh -> new StringBuilder())
                    .append(JSON.createObjectNode()
                            .put("task_id", result.id().matches("\\d+") ? "Mbpp/" + result.id() : result.id())
                            .put("solution", extraction.extract(result.text(), problem)))
                    .append('\n');
        }
        List<Path> files = new ArrayList<>();
        lines.forEach((name, text) -> {
            Path file = into.resolve(name).resolve("samples.jsonl");
            DurableFile.write(file, text.toString());
            files.add(file);
        });
        return files;
    }

    private static JsonNode config(RunFolder folder) {
        try {
            return new YAMLMapper().readTree(folder.config().toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(folder.config() + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static Map<String, CodingProblem> problems(RunFolder folder) {
        if (!Files.exists(folder.results()) || !Files.exists(folder.manifest())) {
            throw new ConfigurationException("RUN must be the folder of an evaluation, was " + folder.path());
        }
        Map<String, CodingProblem> problems = new HashMap<>();
        try {
            JsonNode data = JSON.readTree(folder.manifest().toFile()).path("data");
            Path named = Path.of(config(folder).path("problems").asText()).getFileName();
            for (Map.Entry<String, JsonNode> file : data.properties()) {
                if (Path.of(file.getKey()).endsWith(named)) {
                    CodingProblems.read(Path.of(file.getKey())).forEach(problem -> problems.put(problem.id(), problem));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    folder.manifest() + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        if (problems.isEmpty()) {
            throw new ConfigurationException("--format evalplus needs a run on a file of programming problems, "
                    + folder.path() + " is on built-in ones");
        }
        return problems;
    }
}
