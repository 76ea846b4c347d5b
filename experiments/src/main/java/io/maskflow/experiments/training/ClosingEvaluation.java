package io.maskflow.experiments.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.evaluation.EvaluateRun;
import io.maskflow.experiments.evaluation.Evaluation;
import io.maskflow.experiments.evaluation.SameSettings;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.Sha256;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.reward.sandbox.Grader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evaluation at the end of a training run, with its best policy, into the same run folder. What it was made from stands
 * in {@code evaluation.json}: as long as that is the same, answers that are there are not made again.
 */
final class ClosingEvaluation {

    private static final Logger LOG = LoggerFactory.getLogger(ClosingEvaluation.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECTION = "evaluation";

    private ClosingEvaluation() {}

    /**
     * Finds what is wrong with it while nothing is trained yet: files, base models, policies, prompts.
     *
     * @param loaded the training run
     * @throws ConfigurationException naming the setting
     */
    static void check(LoadedConfig<TrainConfig> loaded) {
        TrainConfig run = loaded.value();
        if (!run.evaluate()) {
            return;
        }
        FileFinder files = files(loaded);
        PolicyNetwork anyPolicy = PolicyNetwork.initial(run.policyShape(), run.seed());
        try {
            Evaluation.check(config(run), new StepSizes(Optional.of(anyPolicy), files, LatentStreams.KEYED), files);
        } catch (ConfigurationException wrong) {
            throw wrong.getMessage().contains(SECTION + ".")
                    ? wrong
                    : new ConfigurationException(
                            "the closing evaluation: " + wrong.getMessage() + " (" + loaded.placeOf(SECTION) + ": "
                                    + SECTION + "; evaluate: false leaves it out)",
                            wrong);
        }
    }

    private static EvaluateConfig config(TrainConfig run) {
        EvaluateConfig config = run.evaluation();
        if (config.backbone().isEmpty()) {
            config = config.withBackbone(run.backbone());
        }
        return config.asPartOf(run.grader(), run.fleet());
    }

    private static FileFinder files(LoadedConfig<TrainConfig> loaded) {
        return ((FileFinder) loaded::existing).under(SECTION);
    }

    /**
     * Evaluates, or goes on with an evaluation that was stopped.
     *
     * @return false if it was stopped early; what is answered by then is kept
     */
    static boolean run(
            LoadedConfig<TrainConfig> loaded, Grader grader, StopSignal stop, RunFolder folder, PrintStream out) {
        FileFinder files = files(loaded);
        EvaluateConfig config = config(loaded.value());
        try {
            StepSizes stepSizes =
                    new StepSizes(Optional.of(PolicyFile.read(folder.bestPolicy())), files, LatentStreams.KEYED);
            forgetIfChanged(loaded, config, files, folder);
            return EvaluateRun.evaluate(config, stepSizes, grader, files, stop, folder, out);
        } catch (IOException e) {
            throw new UncheckedIOException("the closing evaluation failed: " + e.getMessage(), e);
        }
    }

    /** Clears the answers of an evaluation that was made from something else. */
    private static void forgetIfChanged(
            LoadedConfig<TrainConfig> loaded, EvaluateConfig config, FileFinder files, RunFolder folder)
            throws IOException {
        Path file = folder.path().resolve("evaluation.json");
        ObjectNode now = JSON.createObjectNode();
        now.set("settings", JSON.readTree(loaded.resolved().path(SECTION).toString())); // numbers as a file has them
        ObjectNode inputs = now.putObject("inputs").put("policy", Sha256.of(folder.bestPolicy()));
        for (Path input : EvaluateRun.inputs(config, files)) {
            inputs.put(input.toString(), Sha256.of(input));
        }
        if (Files.exists(file)) {
            JsonNode before = JSON.readTree(file.toFile());
            List<String> changes = SameSettings.changes(before.path("settings"), now.path("settings"));
            changes.addAll(SameSettings.changes(before.path("inputs"), now.path("inputs")));
            if (!changes.isEmpty()) {
                LOG.warn("the closing evaluation starts afresh, changed: {}", String.join(", ", changes));
                EvaluateRun.clear(folder);
            }
        } else {
            EvaluateRun.clear(folder);
        }
        DurableFile.write(file, draft -> JSON.writeValue(draft.toFile(), now));
    }
}
