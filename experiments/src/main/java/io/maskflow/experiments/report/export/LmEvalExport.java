package io.maskflow.experiments.report.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.reward.answer.AnswerCheck;
import io.maskflow.reward.problem.AnswerSet;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Results in the form of lm-evaluation-harness, for programs that read its files: one {@code results_*.json} per decoder and budget,
 * in a folder of its own as the harness makes one per model. What the harness has no word for (decoder, budget, model calls) stands
 * under {@code config.gen_kwargs} and {@code maskflow}.
 *
 * <p>The measure is {@code pass@1} for programs and {@code exact_match} for answers, each with the name of the extraction rule after
 * the comma and the standard error {@code sqrt(p (1 - p) / (n - 1))} of the harness.
 */
public final class LmEvalExport {
    /** Name of the folder in a run folder. */
    public static final String FOLDER = "lm-eval";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EXAMPLES = 3;
    private static final Set<String> WITH_EXAMPLES =
            Set.of("opencompass-mbpp", "lm-eval-mbpp", "lm-eval-mbpp-instruct");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS");

    private final JsonNode config;
    private final JsonNode backbone;
    private final JsonNode manifest;
    private final Summary summary;
    private final List<ResultsLog.Result> results;

    private LmEvalExport(RunFolder folder) {
        JsonNode all = yaml(folder.config());
        // A training run holds the settings of its closing evaluation.
        this.config = all.has("evaluation") ? all.path("evaluation") : all;
        this.backbone = config.path("backbone").asText("-").isEmpty() ? all.path("backbone") : config.path("backbone");
        this.manifest = json(folder.manifest());
        this.summary = Summary.read(folder.summary());
        this.results = ResultsLog.read(folder.results());
    }

    /**
     * Writes the files of one run.
     *
     * @param folder of an evaluation
     * @param into where the folders of the decoders go
     * @return the files, in the order of the summary
     * @throws ConfigurationException if the folder holds no evaluation
     */
    public static List<Path> write(RunFolder folder, Path into) {
        for (Path needed : List.of(folder.summary(), folder.config(), folder.manifest(), folder.results())) {
            if (!Files.exists(needed)) {
                throw new ConfigurationException("RUN must be the folder of an evaluation, was " + folder.path()
                        + " which holds no " + needed.getFileName());
            }
        }
        LmEvalExport export = new LmEvalExport(folder);
        List<Path> files = new ArrayList<>();
        for (Summary.Row row : export.summary.rows()) {
            Path file = into.resolve(sanitized(row.decoder() + "_" + row.budget()))
                    .resolve("results_" + export.stamp() + ".json");
            if (files.contains(file)) {
                // Names that differ in signs only which a folder cannot have: the place in the table tells them apart.
                file = into.resolve(sanitized(row.decoder() + "_" + row.budget() + "_" + files.size()))
                        .resolve(file.getFileName());
            }
            ObjectNode results = export.results(row);
            DurableFile.write(
                    file, draft -> JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), results));
            files.add(file);
        }
        return files;
    }

    private ObjectNode results(Summary.Row row) {
        String task = task();
        String metric = metric();
        String filter = config.path("prompt").path("extraction").asText("none");
        ObjectNode root = JSON.createObjectNode();
        ObjectNode scores = root.putObject("results").putObject(task);
        scores.put("alias", task);
        scores.put(metric + "," + filter, row.passAt1());
        scores.put(metric + "_stderr," + filter, standardError(row));
        root.putObject("group_subtasks").putArray(task);
        ObjectNode configs = root.putObject("configs").putObject(task);
        configs.put("task", task);
        configs.put("dataset_path", problems());
        configs.put("output_type", "generate_until");
        configs.put("doc_to_text", config.path("prompt").path("template").asText());
        configs.put("num_fewshot", examples());
        configs.put("repeats", seeds());
        configs.putArray("metric_list")
                .addObject()
                .put("metric", metric)
                .put("aggregation", "mean")
                .put("higher_is_better", true);
        configs.putObject("generation_kwargs").put("max_gen_toks", summary.responseLength());
        root.putObject("versions")
                .put(task, dataHash().substring(0, Math.min(12, dataHash().length())));
        root.putObject("n-shot").put(task, examples());
        root.putObject("higher_is_better").putObject(task).put(metric, true);
        ObjectNode samples = root.putObject("n-samples").putObject(task);
        int limit = config.path("limit").asInt(0);
        if (limit == 0) {
            samples.put("original", problemCount());
        } else {
            samples.putNull("original");
        }
        samples.put("effective", row.n());
        run(root, row, limit);
        return root;
    }

    private void run(ObjectNode root, Summary.Row row, int limit) {
        ObjectNode run = root.putObject("config");
        String model = backbone.isTextual() ? backbone.textValue() : backbone.toString();
        run.put("model", "maskflow");
        run.put(
                "model_args",
                "pretrained=" + model + ",dtype=" + config.path("dtype").asText());
        run.put("batch_size", config.path("batch").asText());
        run.putArray("batch_sizes");
        run.put("device", manifest.path("device").asText());
        run.putNull("use_cache");
        if (limit == 0) {
            run.putNull("limit");
        } else {
            run.put("limit", limit);
        }
        ObjectNode generation = run.putObject("gen_kwargs");
        generation.put("budget", row.budget());
        generation.set("decoder", config.path("decoders").path(row.decoder()).deepCopy());
        long seed = config.path("seeds").path(0).asLong(0);
        for (String kind : List.of("random_seed", "numpy_seed", "torch_seed", "fewshot_seed")) {
            run.put(kind, seed);
        }
        root.put("git_hash", manifest.path("commit").asText());
        root.put("date", started().toEpochMilli() / 1e3);
        root.put(
                "pretty_env_info",
                manifest.path("java").asText() + "; " + manifest.path("engine").asText() + "; "
                        + manifest.path("machine"));
        root.putNull("transformers_version");
        root.putNull("upper_git_hash");
        root.putObject("task_hashes").put(task(), dataHash());
        root.put("model_source", "maskflow");
        String name = model + " " + row.decoder() + "@" + row.budget();
        root.put("model_name", name);
        root.put("model_name_sanitized", sanitized(name));
        root.putNull("system_instruction");
        root.put("fewshot_as_multiturn", config.path("prompt").path("chat").asBoolean());
        root.put("total_evaluation_time_seconds", Double.toString(row.seconds() * (row.n() + row.noVerdict())));
        ObjectNode own = root.putObject("maskflow");
        own.set("row", JSON.valueToTree(row));
        own.set("manifest", manifest.deepCopy());
    }

    private String problems() {
        return config.path("problems").asText();
    }

    /** The name of the set if the settings give one, else of the file. */
    private String task() {
        String problems = problems();
        if (problems.startsWith("builtin:")) {
            return sanitized(problems);
        }
        return set().orElseGet(() -> {
            String file = Path.of(problems).getFileName().toString();
            int dot = file.indexOf('.');
            return dot > 0 ? file.substring(0, dot) : file;
        });
    }

    private Optional<String> set() {
        int colon = problems().indexOf(':');
        return colon < 0
                ? Optional.empty()
                : AnswerSet.named(problems().substring(0, colon)).map(AnswerSet::word);
    }

    /** Answers are known by the name of their set, by their rule, or by the fields of their file if it is still there. */
    private String metric() {
        boolean answers = set().isPresent()
                || AnswerCheck.allRules()
                        .contains(config.path("prompt").path("extraction").asText())
                || dataFile()
                        .filter(Files::isRegularFile)
                        .flatMap(LmEvalExport::setOf)
                        .isPresent();
        return answers ? "exact_match" : "pass@1";
    }

    private static Optional<AnswerSet> setOf(Path file) {
        try {
            return JsonRows.read(file, unreadable -> {}).stream().findFirst().flatMap(AnswerSet::of);
        } catch (ProblemDataException gone) {
            return Optional.empty();
        }
    }

    /** The file of the problems as the manifest names it: settings may name it from their own folder. */
    private Optional<Path> dataFile() {
        String problems = problems();
        String name = problems.substring(Math.max(problems.lastIndexOf('/'), problems.lastIndexOf(':')) + 1);
        List<Path> files = new ArrayList<>();
        manifest.path("data").fieldNames().forEachRemaining(file -> files.add(Path.of(file)));
        return files.stream().filter(file -> file.endsWith(name)).findFirst();
    }

    private String dataHash() {
        return dataFile()
                .map(file -> manifest.path("data").path(file.toString()).asText())
                .orElse("");
    }

    private long problemCount() {
        return results.stream().map(ResultsLog.Result::id).distinct().count();
    }

    private int seeds() {
        return Math.max(1, config.path("seeds").size());
    }

    private int examples() {
        return WITH_EXAMPLES.contains(config.path("prompt").path("template").asText()) ? EXAMPLES : 0;
    }

    private static double standardError(Summary.Row row) {
        double p = row.passAt1();
        return row.n() < 2 ? 0 : Math.sqrt(p * (1 - p) / (row.n() - 1));
    }

    private Instant started() {
        String text = manifest.path("started").asText();
        return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    }

    private String stamp() {
        return STAMP.format(LocalDateTime.ofInstant(started(), ZoneOffset.UTC));
    }

    private static String sanitized(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]+", "_");
    }

    private static JsonNode yaml(Path file) {
        try {
            return JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)));
        } catch (YAMLException | IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
