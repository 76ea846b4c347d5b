package io.maskflow.experiments.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.config.AskedCommand;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.metrics.MetricsLog;
import io.maskflow.experiments.metrics.SampleLog;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.ProblemDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of a run folder is there to be shown. A part that the run has not written, or that cannot be read any more (an old
 * policy file, problems that were moved), is empty.
 *
 * @param name on the page
 * @param metrics lines of {@code metrics.jsonl}
 * @param summary rows and pairs
 * @param answers lines of {@code results.jsonl}
 * @param problems by id, of the answers; empty if they cannot be found
 * @param samples answers of its training
 * @param surfaces what its best policy does, by budget
 * @param config {@code config.yaml} as it is
 * @param manifest {@code manifest.json} as it is
 */
record RunView(
        String name,
        List<Map<String, Double>> metrics,
        Summary summary,
        List<ResultsLog.Result> answers,
        Map<String, Problem> problems,
        List<SampleLog.Sample> samples,
        List<PolicySurface> surfaces,
        String config,
        String manifest) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /**
     * Reads a run folder.
     *
     * @throws ConfigurationException if it holds nothing to show
     */
    static RunView of(RunFolder folder, String name) {
        Summary summary = Files.exists(folder.summary()) ? Summary.read(folder.summary()) : Summary.EMPTY;
        String config = textOrEmpty(folder.config());
        JsonNode settings = tree(config);
        List<ResultsLog.Result> answers =
                Files.exists(folder.results()) ? ResultsLog.read(folder.results()) : List.of();
        RunView run = new RunView(
                name,
                MetricsLog.read(folder.metrics()),
                summary,
                answers,
                answers.isEmpty() ? Map.of() : problems(folder, settings),
                SampleLog.read(folder.samples()),
                surfaces(folder, settings),
                config,
                textOrEmpty(folder.manifest()));
        if (run.metrics().isEmpty() && summary.rows().isEmpty() && config.isEmpty()) {
            throw new ConfigurationException("RUN must be the folder of a run, was " + folder.path()
                    + " which holds no metrics.jsonl, summary.json or config.yaml");
        }
        return run;
    }

    /** The settings; missing if there are none. */
    JsonNode settings() {
        return tree(config);
    }

    /** The manifest; missing if there is none. */
    JsonNode manifestTree() {
        return tree(manifest);
    }

    /** The settings less the seeds: equal in runs that repeat each other. Missing if there are none. */
    JsonNode settingsButSeed() {
        JsonNode settings = tree(config);
        if (settings instanceof ObjectNode whole) {
            whole.remove("seed");
            if (whole.get("training") instanceof ObjectNode training) {
                training.remove("seed");
            }
        }
        return settings;
    }

    private static String textOrEmpty(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static JsonNode tree(String config) {
        try {
            return config.isEmpty() ? MissingNode.getInstance() : YAML.readTree(config);
        } catch (IOException notYaml) {
            return MissingNode.getInstance();
        }
    }

    private static Map<String, Problem> problems(RunFolder folder, JsonNode settings) {
        JsonNode closing = settings.at("/evaluation/problems");
        String source = (closing.isMissingNode() ? settings.at("/problems") : closing).asText();
        if (source.isEmpty()) {
            return Map.of();
        }
        try {
            LoadedConfig<?> place = new LoadedConfig<>(null, null, folder.config(), Map.of(), AskedCommand.NONE);
            return ProblemSource.read(source, place::existing).stream()
                    .collect(Collectors.toMap(Problem::id, Function.identity(), (first, second) -> first));
        } catch (ConfigurationException | ProblemDataException gone) {
            return Map.of();
        }
    }

    private static List<PolicySurface> surfaces(RunFolder folder, JsonNode settings) {
        Path file = Files.exists(folder.bestPolicy()) ? folder.bestPolicy() : folder.policy();
        List<PolicySurface> surfaces = new ArrayList<>();
        if (!Files.exists(file)) {
            return surfaces;
        }
        try {
            PolicyNetwork network = PolicyFile.read(file);
            int length = settings.at("/responseLength").asInt(48);
            for (DecodingBudget budget : budgets(settings.at("/budget"))) {
                surfaces.add(PolicySurface.of(network, budget, length));
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            surfaces.clear();
        }
        return surfaces;
    }

    /** The first three budgets trained at; a quarter if nothing says so. */
    private static List<DecodingBudget> budgets(JsonNode setting) {
        List<DecodingBudget> budgets = new ArrayList<>();
        if (setting.isArray()) {
            setting.forEach(budget -> budgets.add(DecodingBudget.parse(budget.asText())));
        } else if (setting.isTextual()) {
            budgets.add(DecodingBudget.parse(setting.asText()));
        }
        return budgets.isEmpty()
                ? List.of(new DecodingBudget(1, 4))
                : budgets.stream().distinct().limit(3).toList();
    }
}
