package io.maskflow.experiments.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.cli.Main;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.MaskPredictionChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblationTest {

    @TempDir
    Path folder;

    private Path config;

    /** A full system without a policy file, one row of each kind. */
    @BeforeEach
    void settings() throws IOException {
        Files.writeString(
                folder.resolve("recipe.yaml"),
                """
                steps: 1
                prompts: 1
                groupSize: 2
                budget: 1/16
                backbone: builtin/aligned-unmasked-kl
                policy: { start: random }
                filter: { enabled: false }
                limit: 2
                validation: { every: 0 }
                fleet: { workers: 1 }
                grader: { workers: 1 }
                """);
        config = Files.writeString(
                folder.resolve("ablate.yaml"),
                """
                evaluation:
                  backbone: builtin/aligned-unmasked-kl
                  limit: 2
                  budgets: 1/16
                  fleet: { workers: 1 }
                  grader: { workers: 1 }
                  decoders:
                    grid: { type: flow, stepSize: { type: best-of, limit: 2, candidates: [{ type: constant, fraction: 0.5 }, { type: constant, fraction: 1 }] } }
                    fast: { type: equal-nfe, thresholds: [0.2, 0.9], limit: 2, ceiling: 1/8 }
                  oracles: { oracle: [grid] }
                full: { type: flow, stepSize: { type: constant, fraction: 0.75 } }
                rows:
                  without-re-editing: { decoder: { reEditing: false } }
                  mask: { decoder: { type: mask-prediction } }
                  dealt-anew: { decoder: { stepSize: { type: permuted, of: { type: confidence } } } }
                  linear: { train: { policy.scale: linear } }
                training: { file: recipe.yaml, set: { policy.hidden: 4 } }
                """);
    }

    private static int run(StringBuilder output, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = Main.run(List.of(arguments), stream, stream);
        output.append(out.toString(StandardCharsets.UTF_8));
        return code;
    }

    @Test
    void aRowIsTheFullSystemWithOneChange() {
        LoadedConfig<AblateConfig> loaded = ConfigFiles.load(config, List.of(), AblateConfig.class);
        AblationPlan plan = AblationPlan.of(loaded, folder.resolve("run"));
        FlowChoice full = loaded.value().full();
        FlowChoice row = (FlowChoice) plan.decoders().get("without-re-editing");
        assertThat(row.settings().reEditing()).isFalse();
        assertThat(row.settings().withReEditing(true)).isEqualTo(full.settings());
        assertThat(row.stepSize()).isEqualTo(full.stepSize());
        assertThat(plan.decoders().get("mask")).isEqualTo(MaskPredictionChoice.defaults());
        assertThat(plan.decoders().keySet())
                .containsExactly(
                        "full", "without-re-editing", "mask", "dealt-anew", "grid", "fast", "full-retrained", "linear");
    }

    @Test
    void aRetrainedRowHasItsOwnPolicyAndAReferenceTrainedTheSameWay() {
        AblationPlan plan = AblationPlan.of(
                ConfigFiles.load(config, List.of("evaluation.seeds=[3, 5]"), AblateConfig.class),
                folder.resolve("run"));
        assertThat(plan.trainings())
                .extracting(training -> training.row() + training.seed())
                .containsExactly("full-retrained3", "full-retrained5", "linear3", "linear5");
        assertThat(plan.trainings())
                .extracting(training -> training.loaded().value().policy().scale())
                .containsExactly("log", "log", "linear", "linear");
        assertThat(plan.trainings())
                .allSatisfy(
                        t -> assertThat(t.loaded().value().policy().hidden()).isEqualTo(4));
        StepSizeChoice stepSize = ((FlowChoice) plan.decoders().get("linear")).stepSize();
        assertThat(stepSize.of(5).policyFiles())
                .containsExactly(folder.resolve("run/rows/linear/seed-5/best/policy.safetensors")
                        .toString());
        assertThat(plan.references())
                .containsEntry("linear", "full-retrained")
                .containsEntry("full-retrained", "full")
                .containsEntry("mask", "full");
        assertThat(plan.comparisons().pair("full", "mask")).contains(List.of("mask", "full"));
        assertThat(plan.comparisons().pair("mask", "linear")).isEmpty();
    }

    @Test
    void aRowThatAsksForAPolicyMeansThatOfTheFullSystem() {
        LoadedConfig<AblateConfig> loaded = ConfigFiles.load(
                config,
                List.of(
                        "full.stepSize={type: policy, file: 'p-{seed}'}",
                        "rows={dealt: {decoder: {stepSize: {type: permuted, of: policy}}}, drawn: {decoder: {stepSize: {action: sampled}}}}"),
                AblateConfig.class);
        AblationPlan plan = AblationPlan.of(loaded, folder.resolve("run"));
        for (String row : List.of("dealt", "drawn")) {
            StepSizeChoice stepSize = ((FlowChoice) plan.decoders().get(row)).stepSize();
            assertThat(stepSize.of(2).policyFiles()).as(row).containsExactly("p-2");
        }
    }

    @Test
    void aRowThatChangesASettingThatIsNotThereIsRefusedWithItsPlace() {
        LoadedConfig<AblateConfig> loaded =
                ConfigFiles.load(config, List.of("rows={wrong: {decoder: {reEditting: false}}}"), AblateConfig.class);
        assertThatThrownBy(() -> AblationPlan.of(loaded, folder.resolve("run")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean \"reEditing\"?")
                .hasMessageContaining("rows.wrong");
        assertThatThrownBy(() -> ConfigFiles.load(config, List.of("rows={idle: {}}"), AblateConfig.class))
                .hasMessageContaining("idle changes nothing");
        assertThatThrownBy(() -> ConfigFiles.load(config, List.of("training.file=''"), AblateConfig.class))
                .hasMessageContaining("training.file must name")
                .hasMessageContaining("linear");
    }

    @Test
    void theTableIsMadeAndResumedWithoutDecodingAgain() throws IOException {
        StringBuilder output = new StringBuilder();
        Path run = folder.resolve("run");
        assertThat(run(output, "ablate", config.toString(), "--out", run.toString()))
                .as(output.toString())
                .isZero();
        assertThat(output).contains("row linear needs a policy of its own: 1 steps", "oracle", "full-retrained");
        JsonNode summary =
                new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        assertThat(summary.at("/pairs").findValuesAsText("first"))
                .containsExactly(
                        "without-re-editing",
                        "mask",
                        "dealt-anew",
                        "grid",
                        "fast",
                        "full-retrained",
                        "oracle",
                        "linear");
        assertThat(summary.at("/rows/0/conditions/backbone").asText()).isEqualTo("builtin/aligned-unmasked-kl");
        assertThat(summary.at("/rows/0/conditions/prompt_hash").asText()).hasSize(12);
        assertThat(Files.readAllLines(run.resolve("ablation.csv"))).hasSize(1 + 9);
        assertThat(Files.readString(run.resolve("ablation.tex"))).contains("linear$^\\dagger$");
        assertThat(run.resolve("rows/linear/seed-0/best/policy.safetensors")).exists();
        JsonNode selections =
                new ObjectMapper().readTree(run.resolve("selections.json").toFile());
        assertThat(selections.findValuesAsText("decoder")).containsExactly("grid", "fast");

        byte[] results = Files.readAllBytes(run.resolve("results.jsonl"));
        byte[] candidates = Files.readAllBytes(run.resolve("candidates.jsonl"));
        byte[] actions = Files.readAllBytes(run.resolve("actions.json"));
        assertThat(run(output, "ablate", config.toString(), "--out", run.toString()))
                .as("the folder is not empty")
                .isEqualTo(2);
        assertThat(run(output, "ablate", config.toString(), "--out", run.toString(), "--resume"))
                .as(output.toString())
                .isZero();
        assertThat(run.resolve("results.jsonl")).hasBinaryContent(results);
        assertThat(run.resolve("candidates.jsonl")).hasBinaryContent(candidates);
        assertThat(run.resolve("actions.json")).hasBinaryContent(actions);
        output.setLength(0);
        assertThat(run(
                        output,
                        "ablate",
                        config.toString(),
                        "--out",
                        run.toString(),
                        "--resume",
                        "--set",
                        "evaluation.limit=1"))
                .isEqualTo(2);
        assertThat(output).contains("evaluation.limit: 2 -> 1");
    }
}
