package io.maskflow.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands one after the other on the built-in model, as small as they go: each works on what the last one left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndTest {

    @TempDir
    static Path folder;

    private static String run(int expected, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String at(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    @Order(1)
    void trainLeavesAWholeRunFolder() throws IOException {
        Path config = Files.writeString(
                folder.resolve("train.yaml"),
                """
                steps: 1
                prompts: 2
                groupSize: 2
                budget: 1/8
                backbone: builtin/aligned-unmasked-kl
                filter: { enabled: false }
                validation: { limit: 2, every: 1 }
                fleet: { workers: 1 }
                grader: { workers: 1 }
                evaluate: true
                evaluation:
                  backbone: ""
                  limit: 2
                  budgets: 1/8
                  decoders: { learned: { type: flow }, mask: { type: mask-prediction } }
                """);
        assertThat(run(0, "train", config.toString(), "--out", at("run"))).contains("report.html");
        Path run = folder.resolve("run");
        assertThat(List.of(
                        "config.yaml",
                        "manifest.json",
                        "metrics.jsonl",
                        "policy.safetensors",
                        "best/policy.safetensors",
                        "checkpoints/step-000001",
                        "results.jsonl",
                        "summary.json",
                        "report.html"))
                .allSatisfy(name -> assertThat(run.resolve(name)).exists());
        assertThat(run.resolve("tensorboard")).isNotEmptyDirectory();
        JsonNode line = new ObjectMapper().readTree(Files.readString(run.resolve("metrics.jsonl")));
        assertThat(line.at("/step").intValue()).isEqualTo(1);
        assertThat(line.at("/no_verdict").doubleValue()).isZero();
        assertThat(Files.readAllLines(run.resolve("results.jsonl"))).hasSize(4);
    }

    @Test
    @Order(2)
    void resumeAsksForTheSameSettingsAndTheSameFolder() throws IOException {
        String config = at("train.yaml");
        run(0, "train", config, "--out", at("run"), "--resume");
        assertThat(Files.readAllLines(folder.resolve("run/metrics.jsonl"))).hasSize(1);
        assertThat(Files.readAllLines(folder.resolve("run/results.jsonl"))).hasSize(4);
        run(2, "train", config, "--out", at("run"), "--resume", "--set", "seed=2");
        run(2, "train", config, "--out", at("run"));
        run(2, "train", config, "--out", at("nowhere"), "--resume");
    }

    @Test
    @Order(3)
    void aGridOfDialsBecomesCurvesAndNothingIsDecodedTwice() throws IOException {
        Path config = Files.writeString(
                folder.resolve("curves.yaml"),
                """
                backbone: builtin/aligned-paper
                limit: 2
                budgets: [1/2]
                equalCalls: { calls: [6], limit: 2 }
                decoders:
                  threshold: { type: curve, dial: threshold, values: [0.1, 0.9] }
                  rule: { type: curve, dial: exponent, values: [1, 6],
                          decoder: { type: flow, arrival: 0.9, stepSize: { type: confidence, rule: power } } }
                oracles: { oracle: [threshold, rule] }
                reference: rule
                grader: { workers: 1 }
                fleet: { workers: 1 }
                """);
        assertThat(run(0, "evaluate", config.toString(), "--out", at("curves"))).contains("dominated area");
        List<String> lines = Files.readAllLines(folder.resolve("curves/results.jsonl"));
        assertThat(lines).hasSize(8).allSatisfy(line -> assertThat(line).contains("\"dial\":"));
        JsonNode summary = new ObjectMapper()
                .readTree(folder.resolve("curves/summary.json").toFile());
        assertThat(summary.at("/curves")).hasSize(3);
        assertThat(summary.at("/curves/0/points")).hasSize(2);
        assertThat(summary.at("/curves/0/points/0/nfe_mean").doubleValue()).isPositive();
        assertThat(summary.at("/reference").textValue()).isEqualTo("rule");
        assertThat(folder.resolve("curves/curves.csv")).exists();
        run(0, "evaluate", config.toString(), "--out", at("curves"), "--resume");
        assertThat(Files.readAllLines(folder.resolve("curves/results.jsonl"))).isEqualTo(lines);
    }

    @Test
    @Order(3)
    void evaluateTakesThePolicyAndAsksForAThreshold() throws IOException {
        Path config = Files.writeString(
                folder.resolve("evaluate.yaml"),
                """
                backbone: builtin/aligned-unmasked-kl
                limit: 2
                budgets: [1/8]
                decoders: { learned: { type: flow, stepSize: policy } }
                grader: { workers: 1 }
                fleet: { workers: 1 }
                """);
        String policy = at("run/best/policy.safetensors");
        run(0, "evaluate", config.toString(), "--policy", policy, "--out", at("a"), "--require", "learned@1/8=0");
        assertThat(folder.resolve("a/report.html")).exists();
        JsonNode summary =
                new ObjectMapper().readTree(folder.resolve("a/summary.json").toFile());
        assertThat(summary.at("/rows/0/n").intValue()).isEqualTo(2);
        run(2, "evaluate", config.toString(), "--out", at("b"));
        run(2, "evaluate", config.toString(), "--policy", at("none"), "--out", at("c"));
    }

    /** Two models trained alike stand in one row, each answering for its own seed. */
    @Test
    @Order(4)
    void modelsOfSeveralSeedsAreOneRow() throws IOException {
        Files.createSymbolicLink(folder.resolve("model-1"), BuiltinModels.folder("builtin"));
        Files.createSymbolicLink(folder.resolve("model-2"), BuiltinModels.folder("builtin/aligned-unmasked-kl"));
        Path config = Files.writeString(
                folder.resolve("seeds.yaml"),
                """
                backbone: model-{seed}
                limit: 4
                budgets: [1/4]
                seeds: [1, 2]
                decoders:
                  rule: { type: flow, stepSize: { type: confidence, rule: power, exponent: 3 } }
                  base: { type: flow, backbone: model-1, stepSize: { type: confidence, rule: power, exponent: 3 } }
                  aligned: { type: flow, backbone: model-2, stepSize: { type: confidence, rule: power, exponent: 3 } }
                  threshold: { type: equal-nfe, decoder: { type: mask-prediction }, thresholds: [0.5], limit: 1 }
                grader: { workers: 1 }
                fleet: { workers: 1 }
                """);

        assertThat(run(0, "evaluate", config.toString(), "--out", at("seeds")))
                .contains("threshold at 1/4: threshold 0.5 for seed 1", "threshold at 1/4: threshold 0.5 for seed 2");

        List<ResultsLog.Result> results = ResultsLog.read(folder.resolve("seeds/results.jsonl"));
        assertThat(answers(results, "rule", 1)).hasSize(4).isEqualTo(answers(results, "base", 1));
        assertThat(answers(results, "rule", 2)).hasSize(4).isEqualTo(answers(results, "aligned", 2));
        assertThat(answers(results, "rule", 1)).isNotEqualTo(answers(results, "rule", 2));
        JsonNode rows = new ObjectMapper()
                .readTree(folder.resolve("seeds/summary.json").toFile())
                .get("rows");
        assertThat(rows.get(0).get("n").intValue()).isEqualTo(8);
        assertThat(rows.get(0).at("/conditions/backbone").textValue()).isEqualTo("model-{seed}");
        run(2, "evaluate", config.toString(), "--set", "seeds=[1,3]", "--out", at("missing"));
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    private static List<String> answers(List<ResultsLog.Result> results, String decoder, long seed) {
        return results.stream()
                .filter(result -> result.decoder().equals(decoder) && result.seed() == seed)
                .map(result -> result.id() + ": " + result.text())
                .sorted()
                .toList();
    }

    @Test
    @Order(4)
    void generateAnswersTheSameTwice() {
        String policy = at("run/policy.safetensors");
        String[] command = {
            "generate", "--backbone", "builtin/aligned-unmasked-kl", "--policy", policy, "--prompt", "return 1\n"
        };
        assertThat(run(0, command)).isEqualTo(run(0, command));
        assertThat(run(0, "generate", "--prompt", "return 1\n", "--decoder", "{type: flow, stepSize: constant}"))
                .doesNotContain("[MASK]");
    }

    @Test
    @Order(4)
    void aTracedAnswerToAProblemBecomesAPageWithItsVerdict() throws IOException {
        run(0, "generate", "--problem", "1", "--budget", "1/8", "--trace", at("replay.html"));
        assertThat(Files.readString(folder.resolve("replay.html")))
                .contains("Problem 1, step by step", "\"verdict\":{\"kind\":\"");
        run(0, "generate", "--problem", "1", "--budget", "1/8", "--trace", at("trace.jsonl"));
        assertThat(Files.readAllLines(folder.resolve("trace.jsonl"))).hasSize(1 + 6 + 1);
    }

    /** The page after one step holds what GroupRollout, which training uses, rolls out for the problem in the next. */
    @Test
    @Order(4)
    void replayShowsTheRolloutsThatTrainingMakes() throws IOException {
        assertThat(run(0, "replay", at("run"), "--out", at("rollouts.html"))).contains(" of 2 samples pass: ");
        String page = Files.readString(folder.resolve("rollouts.html"));
        JsonNode shown = new ObjectMapper()
                .readTree(page.split("id=\"data\">")[1].split("</script>")[0])
                .get("decodings");
        LoadedConfig<TrainConfig> loaded =
                ConfigFiles.load(folder.resolve("run/config.yaml"), List.of(), TrainConfig.class);
        TrainConfig config = loaded.value();
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), loaded::existing);
        PolicyNetwork policy = PolicyFile.read(folder.resolve("run/checkpoints/step-000001/policy.safetensors"));
        GroupRollout rollout = new GroupRollout(new FlowDecoder(
                config.decoder().settings(),
                BetaStepSizePolicy.sampled(policy, LatentStreams.KEYED, config.exploration())));
        try (Tokenizer tokenizer = backbone.tokenizer();
                MaskPredictor predictor = backbone.open()) {
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            int[] prompt = encoder.encode(ProblemSource.read(config.problems(), loaded::existing), 1, 100)
                    .get(0)
                    .promptIds();
            List<Trajectory> made = rollout.roll(predictor, new GroupTask(config.seed(), 1, 0, prompt, 2, 48, 6))
                    .trajectories();
            assertThat(shown).hasSize(2);
            for (int sample = 0; sample < 2; sample++) {
                assertThat(shown.get(sample).get("answer").textValue())
                        .isEqualTo(encoder.text(made.get(sample).tokenIds()));
                assertThat(shown.get(sample).get("nfe").intValue())
                        .isEqualTo(made.get(sample).nfe());
            }
        }
        run(2, "replay", at("run"), "--step", "7");
        run(2, "replay", at("run"), "--problem", "none");
        run(2, "replay", at("nowhere"));
    }

    @Test
    @Order(5)
    void filterWritesTheSolvedProblems() throws IOException {
        Path config = Files.writeString(
                folder.resolve("filter.yaml"),
                "limit: 2\nbudget: 1/2\nfleet: { workers: 1 }\ngrader: { workers: 1 }\n");
        run(0, "filter", config.toString(), "--out", at("solved"));
        assertThat(Files.readAllLines(folder.resolve("solved/problems.jsonl"))).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @Order(6)
    void reportComparesRuns() throws IOException {
        assertThat(run(0, "report", at("run"), at("a"), "--out", at("both.html")))
                .contains("both.html");
        assertThat(Files.readString(folder.resolve("both.html"))).contains("\"name\":\"run\"", "\"name\":\"a\"");
    }

    @Test
    @Order(7)
    void doctorFindsAnEngineAndASandbox() {
        assertThat(run(0, "doctor")).contains("PyTorch 2.7.1, computes", "<- used");
        assertThat(run(0, "doctor", "--json")).contains("\"complete\" : true", "\"what\" : \"engine\"");
    }
}
