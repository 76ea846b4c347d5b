package io.maskflow.experiments.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.PretrainConfig;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinetuningTest {

    private static final Path CONFIGS = Path.of("../configs/alignment");

    @Test
    void everyConfigurationLoadsAndSaysItsObjective() {
        Map<String, Class<? extends Objective>> objectives = Map.of(
                "builtin-paper.yaml", Objective.XPrediction.class,
                "builtin-unmasked-kl.yaml", Objective.XPrediction.class,
                "builtin-gold.yaml", Objective.XPrediction.class,
                "builtin-mdlm.yaml", Objective.Mdlm.class,
                "builtin-soft-masking.yaml", Objective.SoftMasking.class,
                "builtin-evotoken.yaml", Objective.EvoToken.class,
                "builtin-dora.yaml", Objective.SoftMasking.class);
        objectives.forEach(
                (file, type) -> assertThat(ConfigFiles.load(CONFIGS.resolve(file), List.of(), AlignConfig.class)
                                .value()
                                .objective())
                        .isInstanceOf(type));
        PretrainConfig base = ConfigFiles.load(CONFIGS.resolve("builtin-base.yaml"), List.of(), PretrainConfig.class)
                .value();
        assertThat(base).isEqualTo(PretrainConfig.defaults());
    }

    @Test
    void builtInExamplesFitTheResponseAndDigitsAreTokensOfTheirOwn() {
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            BuiltinExamples examples = new BuiltinExamples(tokenizer, 1, 30);
            for (int i = 0; i < 50; i++) {
                TrainingExample example = examples.example(i);
                assertThat(example.answerIds()).hasSizeBetween(1, 30);
                assertThat(tokenizer.decode(example.answerIds())).startsWith("def ");
            }
            assertThat(examples.digitTokens()).hasSize(20);
        }
    }

    /** Where no answer is so short the search ends in a sentence. */
    @Test
    void aResponseThatHoldsNoBuiltInAnswerIsRefused() {
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            BuiltinExamples examples = new BuiltinExamples(tokenizer, 1, 4);
            assertThatThrownBy(() -> examples.example(0))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageMatching("training\\.responseLength must hold an answer of the built-in corpus; the"
                            + " shortest of 1000 takes \\d+ tokens of this tokenizer, was 4");
        }
    }

    /** Prompts alone are answered first, pairs are trained on as they are; both take every other setting. */
    @ParameterizedTest
    @ValueSource(strings = {"builtin-unmasked-kl.yaml", "builtin-mdlm.yaml"})
    void aFileOfInstructionsIsTrainedOn(String file, @TempDir Path folder) throws Exception {
        Path rows = Files.writeString(
                folder.resolve("rows.jsonl"),
                """
                {"prompt": "add one", "response": "x + 1"}
                {"messages": [{"role": "user", "content": "two"}, {"role": "assistant", "content": "x + 2"}]}
                """);
        AlignConfig config = ConfigFiles.load(
                        CONFIGS.resolve(file),
                        List.of(
                                "data.source=" + rows,
                                "answerBudget=1/16",
                                "training.steps=2",
                                "training.batchSize=2",
                                "training.endTokens.rule=longest",
                                "training.checkpointBlocks=always"),
                        AlignConfig.class)
                .value();
        Path source = BuiltinModels.folder("builtin");
        Path run = folder.resolve("run");
        List<Double> losses = new ArrayList<>();
        Path model =
                AlignRun.run(config, source, source, rows, run, false, made -> {}, report -> losses.add(report.loss()));
        assertThat(losses).hasSize(2).allMatch(loss -> loss > 0 && Double.isFinite(loss));
        assertThat(model.resolve("model.safetensors")).exists();
        assertThat(Files.exists(run.resolve("answers.jsonl"))).isEqualTo(config.selfGenerated());
    }

    /** A model without a tokenizer is aligned with the one named behind it, which then lies beside the weights. */
    @Test
    void theTokenizerNamedBehindTheModelIsUsedAndKept(@TempDir Path folder) throws Exception {
        Path whole = BuiltinModels.folder("builtin");
        Path bare = Files.createDirectory(folder.resolve("bare"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(whole.resolve(file), bare.resolve(file));
        }
        AlignConfig config = ConfigFiles.load(
                        CONFIGS.resolve("builtin-mdlm.yaml"),
                        List.of(
                                "backbone=" + bare + "?tokenizer=" + whole,
                                "answers=2",
                                "training.steps=1",
                                "training.batchSize=1"),
                        AlignConfig.class)
                .value();
        Path model = AlignRun.run(config, bare, whole, null, folder.resolve("run"), false, made -> {}, report -> {});
        assertThat(model.resolve("tokenizer.json")).hasSameBinaryContentAs(whole.resolve("tokenizer.json"));
        assertThat(model.resolve("config.json")).hasSameBinaryContentAs(bare.resolve("config.json"));
    }
}
