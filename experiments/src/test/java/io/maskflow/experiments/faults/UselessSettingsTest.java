package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that would be read and not acted on, runs from which nothing can be learned, and what a run keeps. */
class UselessSettingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Outcome train(String run, int steps, String... set) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "train",
                Maskflow.config(folder, steps).toString(),
                "--out",
                folder.resolve(run).toString()));
        for (String one : set) {
            command.addAll(List.of("--set", one));
        }
        return Maskflow.run(command.toArray(String[]::new));
    }

    private void refused(String words, String... set) throws IOException {
        Outcome outcome = train("refused", 1, set);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains(words);
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void settingsThatWouldDoNothingAreRefused() throws IOException {
        refused(
                "decoder.stepSize must be left out of a training file",
                "decoder.stepSize={type: constant, fraction: 0.5}");
        refused("decoder.backbone must be left out of a training file", "decoder.backbone=builtin");
        refused("decoder.budgets must be left out of a training file", "decoder.budgets=1/2");
        refused("filter.limit is how many problems the filter tries", "filter.limit=3");
        refused(
                "there is nothing to learn; at least 2 steps are needed",
                "responseLength=1",
                "budget=1/1",
                "grpo.completionWeight=0");
        refused(
                "grpo.estimator independent needs exploration.sharedNoise: 0",
                "grpo.estimator=independent",
                "exploration.sharedNoise=0.5");
    }

    @Test
    void aProblemThatThePolicyIsMadeWithIsNoTest() throws IOException {
        refused("problems and validation.problems share 8 of 8 problems, the first is 1", "sharedProblems=refuse");
        refused(
                "validation.problems and evaluation.problems share",
                "sharedProblems=refuse",
                "problems=builtin:train",
                "validation.problems=builtin:test",
                "evaluate=true",
                "evaluation.decoders={mask: {type: mask-prediction}}",
                "evaluation.problems=builtin:test");
        refused(
                "problems and evaluation.problems share",
                "sharedProblems=refuse",
                "validation.every=0",
                "problems=builtin:test");
    }

    @Test
    void aPolicyThatDecidesNothingEndsItsRun() throws IOException {
        Outcome outcome = train(
                "nothing", 9, "exploration.confidenceThreshold=1e-9", "validation.every=0", "stop.collapse.steps=2");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("ended after step 2: nothing can be learned any more, 2 bad steps in a row (stop.collapse)")
                .contains("no action was drawn");
        JsonNode manifest =
                JSON.readTree(folder.resolve("nothing/manifest.json").toFile());
        assertThat(manifest.get("ended").textValue()).contains("stop.collapse");
        assertThat(Files.readAllLines(folder.resolve("nothing/metrics.jsonl"))).hasSize(2);
    }

    /** One problem, two places: the groups are not each other's copies. Both policies are validated, both are kept. */
    @Test
    void oneProblemGivesGroupsThatDifferAndBothPoliciesAreKept() throws IOException {
        Outcome outcome = train(
                "one",
                2,
                "limit=1",
                "samples.every=1",
                "samples.answers=2",
                "validation.every=1",
                "exploration.sharedNoise=0.9",
                "responseLength=24",
                "grpo.learningRate=0.1");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        Path run = folder.resolve("one");
        List<String> samples = Files.readAllLines(run.resolve("samples.jsonl"));
        assertThat(samples).hasSize(4);
        JsonNode first = JSON.readTree(samples.get(0));
        JsonNode second = JSON.readTree(samples.get(1));
        assertThat(first.get("id").textValue()).isEqualTo(second.get("id").textValue());
        assertThat(first.get("sample").longValue()).isZero();
        assertThat(second.get("steps").intValue())
                .isNotEqualTo(first.get("steps").intValue()); // budgets take turns
        assertThat(second.get("sample").longValue()).isEqualTo(2);
        assertThat(first.has("text")).isTrue();
        JsonNode line =
                JSON.readTree(Files.readAllLines(run.resolve("metrics.jsonl")).get(1));
        assertThat(line.has("validation/score")).isTrue();
        assertThat(line.has("validation_raw/score")).isTrue();
        assertThat(run.resolve("policy-raw.safetensors")).exists();
        assertThat(Files.readAllBytes(run.resolve("policy-raw.safetensors")))
                .isNotEqualTo(Files.readAllBytes(run.resolve("policy.safetensors")));
        assertThat(outcome.out()).contains("kept as best/: after step 1 the running average");
        assertThat(Files.readString(run.resolve("report.html"))).contains("Answers of the training");
    }
}
