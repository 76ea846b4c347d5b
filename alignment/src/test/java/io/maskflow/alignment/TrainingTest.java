package io.maskflow.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TinyModel;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.alignment.recipe.EndTokens;
import io.maskflow.alignment.recipe.LearningRate;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.tensor.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {

    @TempDir
    Path folder;

    private PretrainConfig config(long steps) {
        return new PretrainConfig(
                architecture().toString(), TinyModel.training(steps), MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, 1);
    }

    private Path architecture() {
        return TinyModel.architecture(folder.resolve("architecture"));
    }

    private Path pretrain(String run, long steps, boolean resume, TrainingProgress progress) throws Exception {
        return new Pretraining(config(steps), architecture(), TinyModel.language(), Set.of())
                .run(folder.resolve(run), resume, progress);
    }

    @Test
    void pretrainingLearnsAndLeavesAModelFolder() throws Exception {
        List<Double> loss = new ArrayList<>();
        Path model =
                pretrain("run", 120, false, report -> loss.add(report.metrics().get("ce_masked")));
        double before = mean(loss.subList(0, 10));
        double after = mean(loss.subList(110, 120));
        // Guessing among 24 tokens costs ln 24 = 3.2 nats, knowing the letter but not the answer's length about 0.5.
        assertThat(before).isGreaterThan(2);
        assertThat(after).isLessThan(1);
        assertThat(model.resolve("config.json")).exists();
        assertThat(SafetensorsFile.open(model.resolve("model.safetensors")).names())
                .contains("model.transformer.wte.weight")
                .doesNotContain("model.transformer.ff_out.weight");
        assertThat(Files.readAllLines(folder.resolve("run/metrics.jsonl"))).hasSize(120);
    }

    @Test
    void aRunThatWasKilledAndResumedEndsInTheSameBytes() throws Exception {
        Path whole = pretrain("whole", 25, false, TrainingProgress.SILENT);
        assertThatThrownBy(() -> pretrain("killed", 25, false, report -> {
                    if (report.step() == 17) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasMessage("killed");
        List<Long> steps = new ArrayList<>();
        Path resumed = pretrain("killed", 25, true, report -> steps.add(report.step()));
        assertThat(steps).first().isEqualTo(11L);
        assertThat(resumed.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        assertThat(withoutTimes(folder.resolve("killed"))).isEqualTo(withoutTimes(folder.resolve("whole")));
    }

    /** One flipped bit in the newest state: the checkpoint before it is taken, and the run ends in the same bytes. */
    @Test
    void aDamagedNewestCheckpointIsPassedOver() throws Exception {
        Path whole = pretrain("whole", 25, false, TrainingProgress.SILENT);
        assertThatThrownBy(() -> pretrain("killed", 25, false, report -> {
                    if (report.step() == 22) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasMessage("killed");
        Path newest = folder.resolve("killed/checkpoints/step-000020/state.safetensors");
        byte[] state = Files.readAllBytes(newest);
        state[state.length - 7] ^= 1;
        Files.write(newest, state);
        List<Long> steps = new ArrayList<>();
        Path resumed = pretrain("killed", 25, true, report -> steps.add(report.step()));
        assertThat(steps).first().isEqualTo(11L);
        assertThat(resumed.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }

    @Test
    void aCheckpointOfOtherSettingsIsRefused() throws Exception {
        pretrain("run", 10, false, TrainingProgress.SILENT);
        PretrainConfig other = new PretrainConfig(
                config(10).architecture(), TinyModel.training(20), MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, 3);
        assertThatThrownBy(() -> new Pretraining(other, architecture(), TinyModel.language(), Set.of())
                        .run(folder.resolve("run"), true, TrainingProgress.SILENT))
                .hasMessageContaining("digits x1.0")
                .hasMessageContaining("digits x3.0");
    }

    /** After the first steps nothing may stay: neither arrays in the model's manager nor resident memory. */
    @Test
    void memoryIsFlatOver300Steps() throws Exception {
        List<Long> resident = new ArrayList<>();
        List<Integer> arrays = new ArrayList<>();
        Path source = TinyModel.architecture(folder.resolve("architecture"));
        TrainingConfig training = TinyModel.training(300);
        try (TrainableBackbone backbone = TrainableBackbone.random(source, 1, Precision.F32)) {
            float[] weights = new float[24];
            java.util.Arrays.fill(weights, 0.01f);
            TrainingObjective objective = (scope, number, backward) -> {
                TrainingBatch batch = TinyModel.batch(number);
                TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
                TrainingLoss entropy = TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weights));
                NDArray loss = backbone.differentiate(scope, uploaded, entropy, backward)
                        .get(0);
                return new TrainingObjective.Value(loss.getFloat(), batch.tokens(), Map.of());
            };
            List<Training.Group> groups = List.of(new Training.Group(backbone.train(Set.of()), 1));
            new Training(backbone, groups, objective, training, "test").run(folder.resolve("run"), false, report -> {
                if (report.step() % 100 == 0) {
                    arrays.add(backbone.manager().getManagedArrays().size());
                    resident.add(residentKilobytes());
                }
            });
        }
        assertThat(arrays).hasSize(3).containsOnly(arrays.get(0));
        assertThat(resident.get(2) - resident.get(0)).isLessThan(24_000);
    }

    /** Three steps of AdamW with a clip, written out in doubles from the paper's algorithm. */
    @Test
    void theFusedUpdateIsAdamW() {
        AdamW.Settings settings = new AdamW.Settings(0.9, 0.98, 1e-8, 0.1, 1.0);
        double[] weight = {1, -2, 0.5};
        double[] first = new double[3];
        double[] second = new double[3];
        double[][] gradients = {{3, -4, 0}, {0.1, 0.2, -0.3}, {-1, 1, 1}};
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray tensor = manager.create(new float[] {1, -2, 0.5f});
            JniUtils.attachGradient((PtNDArray) tensor, true);
            AdamW optimizer = new AdamW(manager, Map.of("w", tensor), settings);
            for (int step = 1; step <= 3; step++) {
                double[] g = gradients[step - 1];
                double norm = Math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
                try (NDManager scope = manager.newSubManager()) {
                    JniUtils.setGradMode(true);
                    NDArray loss = tensor.mul(scope.create(g).toType(tensor.getDataType(), false))
                            .sum();
                    JniUtils.backward((PtNDArray) loss, (PtNDArray) scope.create(1f), false, false);
                    assertThat(optimizer.step(scope, 0.01)).isCloseTo(norm, within(1e-5));
                }
                for (int i = 0; i < 3; i++) {
                    double clipped = g[i] * Math.min(1, 1 / norm);
                    first[i] = 0.9 * first[i] + 0.1 * clipped;
                    second[i] = 0.98 * second[i] + 0.02 * clipped * clipped;
                    weight[i] -= 0.01 * 0.1 * weight[i];
                    weight[i] -= 0.01
                            * (first[i] / (1 - Math.pow(0.9, step)))
                            / (Math.sqrt(second[i] / (1 - Math.pow(0.98, step))) + 1e-8);
                    assertThat((double) tensor.toFloatArray()[i]).isCloseTo(weight[i], within(1e-5));
                }
            }
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    @Test
    void twoHalfBatchesGiveTheStepOfTheirMean() throws Exception {
        TrainingConfig plain = TinyModel.training(1);
        TrainingConfig twice = new TrainingConfig(
                7,
                1,
                8,
                2,
                6,
                EndTokens.defaults(),
                0,
                0.05,
                1,
                CheckpointBlocks.NEVER,
                Precision.F32,
                "cpu",
                plain.learningRate(),
                plain.optimizer(),
                10);
        List<Double> losses = new ArrayList<>();
        PretrainConfig two =
                new PretrainConfig(config(1).architecture(), twice, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, 1);
        new Pretraining(two, architecture(), TinyModel.language(), Set.of())
                .run(folder.resolve("two"), false, report -> losses.add(report.loss()));
        // The learning rate of a first step does not change its own loss: two runs of one batch each give the parts.
        TrainingConfig slow = new TrainingConfig(
                7,
                2,
                8,
                1,
                6,
                EndTokens.defaults(),
                0,
                0.05,
                1,
                CheckpointBlocks.NEVER,
                Precision.F32,
                "cpu",
                new LearningRate(1e-12, 0, LearningRate.Shape.CONSTANT, 1),
                plain.optimizer(),
                10);
        List<Double> parts = new ArrayList<>();
        new Pretraining(
                        new PretrainConfig(
                                config(1).architecture(), slow, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, 1),
                        architecture(),
                        TinyModel.language(),
                        Set.of())
                .run(folder.resolve("parts"), false, report -> parts.add(report.loss()));
        assertThat(losses.get(0)).isCloseTo((parts.get(0) + parts.get(1)) / 2, within(1e-5));
    }

    @Test
    void alignmentKeepsCleanTokensAndLeavesFrozenWeightsAlone() throws Exception {
        Path base = pretrain("base", 120, false, TrainingProgress.SILENT);
        for (Objective.Mode mode : Objective.Mode.values()) {
            AlignConfig config = TinyModel.alignment(base, mode, 80, 1);
            List<Map<String, Double>> curves = new ArrayList<>();
            Path aligned = new Alignment(config, base, TinyModel.language())
                    .run(folder.resolve(mode.name()), false, report -> curves.add(report.metrics()));
            assertThat(curves.get(0)).containsKeys("mse_masked", "mse_unmasked", "ce_masked");
            assertThat(curves.get(0).containsKey("ce_masked_reference")).isEqualTo(mode.divergence());
            assertThat(meanOf(curves.subList(70, 80), "mse_unmasked"))
                    .isLessThan(0.3 * meanOf(curves.subList(0, 3), "mse_unmasked"));
            String embedding = "model.transformer.wte.weight";
            assertThat(bytes(aligned, embedding)).isEqualTo(bytes(base, embedding));
        }
    }

    @Test
    void theDivergenceHoldsMaskedPositionsToTheBase() throws Exception {
        Path base = pretrain("base", 60, false, TrainingProgress.SILENT);
        double[] divergence = new double[2];
        for (int i = 0; i < 2; i++) {
            AlignConfig config = TinyModel.alignment(base, Objective.Mode.UNMASKED_KL, 60, i);
            List<Map<String, Double>> curves = new ArrayList<>();
            new Alignment(config, base, index -> new TrainingExample(new int[] {3}, new int[] {4, 5}))
                    .run(folder.resolve("run" + i), false, report -> curves.add(report.metrics()));
            divergence[i] = meanOf(curves.subList(50, 60), "kl_masked");
        }
        assertThat(divergence[1]).isLessThan(0.5 * divergence[0]);
    }

    private static java.nio.ByteBuffer bytes(Path model, String name) {
        return SafetensorsFile.open(model.resolve("model.safetensors")).bytes(name);
    }

    private static double meanOf(List<Map<String, Double>> curves, String name) {
        return mean(curves.stream().map(curve -> curve.get(name)).toList());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }

    private static List<JsonNode> withoutTimes(Path run) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode tree = new ObjectMapper().readTree(line);
            ((com.fasterxml.jackson.databind.node.ObjectNode) tree).remove("tokens_per_second");
            lines.add(tree);
        }
        return lines;
    }

    private static long residentKilobytes() {
        try {
            System.gc();
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (java.io.IOException noSuchSystem) {
            return 0;
        }
    }
}
