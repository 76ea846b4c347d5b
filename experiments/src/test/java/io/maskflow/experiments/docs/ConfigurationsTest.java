package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.PretrainConfig;
import io.maskflow.experiments.ablation.AblateConfig;
import io.maskflow.experiments.cli.Main;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.training.filter.FilterConfig;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings files that come with the project. */
class ConfigurationsTest {

    private static final Path CONFIGS = Repository.root().resolve("configs");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(CONFIGS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .map(CONFIGS::relativize)
                    .sorted()
                    .toList();
        }
    }

    /** The record a file is meant for; null for a part that other files include. */
    private static Class<?> typeOf(Path file) {
        String folder = file.getName(0).toString();
        return switch (folder) {
            case "train" -> TrainConfig.class;
            case "evaluate" -> EvaluateConfig.class;
            case "ablate" -> AblateConfig.class;
            case "filter" -> FilterConfig.class;
            case "alignment" ->
                Repository.text(CONFIGS.resolve(file)).contains("\narchitecture:")
                        ? PretrainConfig.class
                        : AlignConfig.class;
            default -> null;
        };
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileLoadsAndItsResolvedFormLoadsToTheSame(Path file, @TempDir Path folder) throws IOException {
        Class<?> type = typeOf(file);
        if (type == null) {
            assertThat(includedSomewhere(file))
                    .as(file + " is included by another file")
                    .isTrue();
            return;
        }
        LoadedConfig<?> first = ConfigFiles.load(CONFIGS.resolve(file), List.of(), type);
        Path written = folder.resolve("config.yaml");
        first.write(written);
        LoadedConfig<?> second = ConfigFiles.load(written, List.of(), type);
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(second.yaml()).isEqualTo(first.yaml());
    }

    private static boolean includedSomewhere(Path part) throws IOException {
        String name = part.getFileName().toString();
        return files().stream()
                .filter(file -> !file.equals(part))
                .flatMap(file -> Repository.text(CONFIGS.resolve(file)).lines())
                .anyMatch(line -> line.strip().startsWith("include:") && line.contains(name));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExampleNamesAFileThatIsThere(String command) {
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(help, true, StandardCharsets.UTF_8);
        assertThat(Main.run(List.of(command, "--help"), out, out)).isZero();
        Matcher named = Pattern.compile("configs/\\S+\\.yaml").matcher(help.toString(StandardCharsets.UTF_8));
        while (named.find()) {
            assertThat(Repository.root().resolve(named.group())).exists();
        }
    }

    static List<String> commands() {
        return List.of("train", "evaluate", "ablate", "filter", "align", "pretrain");
    }

    /** The evaluation that the outside of the project promises to understand, word for word. */
    @Test
    void thePromisedEvaluationIsUnderstood(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("promised.yaml"),
                """
                backbone: ../shared/world/aligned-unmasked-kl
                problems: ../shared/world/test.jsonl
                prompt: { template: "{text}\\n{test_list[0]}\\n", chat: false }
                responseLength: 48
                budgets: [1/4, 1/8]
                decoders:
                  mask:     { type: mask-prediction, remasking: low_confidence }
                  quarter:  { type: flow, stepSize: { type: constant, fraction: 0.25 } }
                  exp:      { type: flow, stepSize: { type: confidence, rule: exponential, base: 2, scale: 8 } }
                  square:   { type: flow, stepSize: { type: confidence, rule: power, exponent: 2 } }
                  learned:  { type: flow, stepSize: { type: policy, file: ../shared/world/policy.safetensors } }
                  noReEdit: { type: flow, reEditing: false, stepSize: { type: confidence, rule: exponential } }
                  noCommit: { type: flow, hardCommitment: false, stepSize: { type: confidence, rule: exponential } }
                  others:   { type: flow, committedFinal: false, reEditAfterUpdate: true, commitSeesOldProgress: true,
                              blockLength: 16, stepSize: constant }
                seeds: [0]
                """);
        EvaluateConfig config =
                ConfigFiles.load(file, List.of(), EvaluateConfig.class).value();
        assertThat(config.decoders().keySet())
                .containsExactly("mask", "quarter", "exp", "square", "learned", "noReEdit", "noCommit", "others");
        assertThat(config.prompt().template()).isEqualTo("{text}\n{test_list[0]}\n");
        assertThat(config.budgets()).hasToString("[1/4, 1/8]");
    }
}
