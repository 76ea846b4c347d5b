package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run is said to cost is what it counts, and the rules that end it early. */
class CostAndStopTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static long forecast(String table, String part) {
        return table.lines()
                .filter(line -> line.strip().startsWith(part + " "))
                .mapToLong(line -> Long.parseLong(line.strip()
                        .substring(part.length())
                        .strip()
                        .split(" +")[0]
                        .replace(",", "")))
                .sum();
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @Test
    void theForecastIsWhatTheRunCounts() throws IOException {
        String config = Maskflow.config(
                        folder,
                        3,
                        "resampleRounds: 1",
                        "evaluation: { problems: " + Maskflow.problems(folder) + ", limit: 3, responseLength: 16,"
                                + " backbone: \"\", budgets: [1/4, 1/2], decoders: { mask: { type: mask-prediction },"
                                + " flow: { type: flow, stepSize: { type: constant, fraction: 0.5 } } } }")
                .toString();
        Outcome dry = Maskflow.run("train", config, "--set", "evaluate=true", "--dry-run");
        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("measured now");
        Path run = folder.resolve("run");
        assertThat(run).doesNotExist();
        Outcome outcome = Maskflow.run("train", config, "--set", "evaluate=true", "--out", run.toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        double made = 0;
        for (JsonNode step : lines(run.resolve("metrics.jsonl"))) {
            made += step.get("model_calls").doubleValue();
            // two groups of two samples: the second sample of each shares the first call
            assertThat(step.get("calls_saved_shared_first_step").doubleValue()).isEqualTo(2);
        }
        // 3 steps of a group at T = 4 and one at T = 2: 3 * (2 * 4 - 1 + 2 * 2 - 1)
        assertThat(forecast(dry.out(), "training")).isEqualTo((long) made).isEqualTo(30);
        assertThat(forecast(dry.out(), "validation"))
                .isEqualTo(4); // once, the average and the parameters themselves, one problem, T = 2
        long answered = lines(run.resolve("results.jsonl")).stream()
                .mapToLong(answer -> answer.get("nfe").longValue())
                .sum();
        assertThat(forecast(dry.out(), "evaluation")).isEqualTo(answered).isEqualTo(3 * 2 * (4 + 8));
        assertThat(forecast(dry.out(), "together")).isEqualTo(30 + 4 + 72);
    }

    /** All 16 calls of a response would make 3 steps of two groups of two, the first call of a group shared: 3 * 2 * 31. */
    @Test
    void whereResponsesEndEarlyTheirCallsAreMeasured() throws IOException {
        String config = Maskflow.config(folder, 3).toString();
        String[] command = {"train", config, "--set", "budget=1/1", "--set", "validation.every=0", "--dry-run"};
        Outcome fixed = Maskflow.run(command);
        assertThat(forecast(fixed.out(), "training")).as(fixed.err()).isEqualTo(3 * 2 * 31);
        assertThat(fixed.out()).doesNotContain("a response ends after");
        String[] arriving = Arrays.copyOf(command, command.length + 2);
        arriving[command.length] = "--set";
        arriving[command.length + 1] = "decoder.arrival=0.15";
        Outcome early = Maskflow.run(arriving);
        assertThat(early.out()).as(early.err()).contains("calls of at most 16.0");
        assertThat(forecast(early.out(), "training")).isBetween(1L, 3L * 2 * 31 / 2);
    }

    @Test
    void withoutTheModelWhatCanBeCountedIsCounted() throws IOException {
        Path config = Maskflow.config(folder, 6000);
        Outcome outcome = Maskflow.run(
                "train",
                config.toString(),
                "--dry-run",
                "--prompt-tokens",
                "100",
                "--set",
                "backbone=/nowhere/LLaDA-8B",
                "--set",
                "prompts=8",
                "--set",
                "groupSize=8",
                "--set",
                "responseLength=256",
                "--set",
                "budget=1/1",
                "--set",
                "validation.every=0");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        // XF §5.2: 6000 * 8 * (8 * 256 - 7), each of 100 + 256 tokens
        assertThat(forecast(outcome.out(), "training")).isEqualTo(97_968_000);
        assertThat(outcome.out()).contains("34,876,608,000").doesNotContain("measured now");
    }

    @Test
    void aRuleEndsTheRunIsRecordedAndHoldsOnResumption() throws IOException {
        String config = Maskflow.config(folder, 9).toString();
        String out = folder.resolve("run").toString();
        // a step has 2 * 4 + 2 * 2 = 12 calls: the second one passes 13
        String[] command = {"train", config, "--out", out, "--set", "stop.calls=13"};
        Outcome outcome = Maskflow.run(command);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(lines(folder.resolve("run/metrics.jsonl"))).hasSize(2);
        JsonNode manifest = JSON.readTree(folder.resolve("run/manifest.json").toFile());
        assertThat(manifest.get("ended").textValue()).isEqualTo("after step 2: 24 model calls (stop.calls)");
        assertThat(folder.resolve("run/policy.safetensors")).exists();
        String[] again = Arrays.copyOf(command, command.length + 1);
        again[command.length] = "--resume";
        assertThat(Maskflow.run(again).code()).isZero();
        assertThat(lines(folder.resolve("run/metrics.jsonl"))).hasSize(2);
        // and without the rule it goes on
        String[] on = {"train", config, "--out", out, "--set", "steps=9", "--set", "stop.noGain=2", "--resume"};
        Outcome rest = Maskflow.run(on);
        assertThat(rest.code()).as(rest.err()).isZero();
        // validations after steps 3, 6 and 9: the untrained policy of 8 units solves nothing, the first is the best
        assertThat(JSON.readTree(folder.resolve("run/manifest.json").toFile())
                        .get("ended")
                        .textValue())
                .isEqualTo("after step 9: no gain on validation for 2 evaluations (stop.noGain)");
    }
}
