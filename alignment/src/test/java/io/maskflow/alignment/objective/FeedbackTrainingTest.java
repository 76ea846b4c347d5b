package io.maskflow.alignment.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.Alignment;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.TrainingProgress;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.network.BackboneFolder;
import io.maskflow.alignment.network.TinyModel;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.decoder.softmask.SoftMaskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Soft masking and EvoToken in training. */
class FeedbackTrainingTest {

    private static final Objective.SoftMasking SOFT =
            new Objective.SoftMasking(0.7, 2, 0.2, 2, -1, 1, 5e-2, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN);
    private static final Objective.EvoToken EVO = new Objective.EvoToken(2, 0.6, 3, 3, 1);

    @TempDir
    Path folder;

    private Path base;

    @BeforeEach
    void aBase() throws Exception {
        base = TinyModel.architecture(folder.resolve("base"));
        try (TrainableBackbone backbone = TrainableBackbone.random(base, 3, Precision.F32)) {
            BackboneFolder.write(base, backbone, base);
        }
    }

    static Stream<Objective> objectives() {
        return Stream.of(SOFT, EVO, Objective.Mdlm.defaults());
    }

    private Path train(
            Objective objective, AdapterConfig adapter, String run, boolean resume, TrainingProgress progress)
            throws Exception {
        AlignConfig config = TinyModel.alignment(base, objective, adapter, TinyModel.training(25));
        return new Alignment(config, base, TinyModel.language()).run(folder.resolve(run), resume, progress);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void aRunThatWasKilledAndResumedEndsInTheSameBytes(Objective objective) throws Exception {
        AdapterConfig dora = TinyModel.adapter(AdapterConfig.Type.DORA);
        Path whole = train(objective, dora, "whole", false, TrainingProgress.SILENT);
        assertThatThrownBy(() -> train(objective, dora, "killed", false, report -> {
                    if (report.step() == 17) {
                        throw new IllegalStateException("killed");
                    }
                }))
                .hasMessage("killed");
        Path resumed = train(objective, dora, "killed", true, TrainingProgress.SILENT);
        assertThat(resumed.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        String adapter = "adapter/adapter_model.safetensors";
        assertThat(folder.resolve("killed").resolve(adapter))
                .hasSameBinaryContentAs(folder.resolve("whole").resolve(adapter));
        if (objective instanceof Objective.SoftMasking) {
            assertThat(SoftMaskFile.read(resumed)).isEqualTo(SoftMaskFile.read(whole));
        }
    }

    @Test
    void feedbackParametersAreLearnedLoggedAndStoredWithTheModel() throws Exception {
        List<Map<String, Double>> log = new ArrayList<>();
        Path model = train(SOFT, TinyModel.NO_ADAPTER, "soft", false, report -> log.add(report.metrics()));
        SoftMask learned = SoftMaskFile.read(model);
        assertThat(learned.k()).isEqualTo(2);
        assertThat(learned.omegaS()).isNotCloseTo(0.2, within(1e-3));
        assertThat(log.get(24).get("omega_s")).isCloseTo(learned.omegaS(), within(0.02)); // before the last update
        double active = log.stream()
                .mapToDouble(line -> line.get("feedback_active"))
                .average()
                .orElseThrow();
        assertThat(active).isBetween(0.45, 0.95); // 25 draws at 0.7: five deviations of 0.09 would be 0.25 to 1
    }

    @Test
    void theTemperatureIsLearnedWithTheWholeVocabularyOnly() throws Exception {
        Objective.SoftMasking all =
                new Objective.SoftMasking(1, 0, 0.3, 2, -1, 0.8, 5e-2, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN);
        SoftMask learned = SoftMaskFile.read(train(all, TinyModel.NO_ADAPTER, "all", false, TrainingProgress.SILENT));
        assertThat(learned.temperature()).isNotCloseTo(0.8, within(1e-3));
        SoftMask counted = SoftMaskFile.read(train(SOFT, TinyModel.NO_ADAPTER, "two", false, TrainingProgress.SILENT));
        assertThat(counted.temperature()).isEqualTo(1);
    }

    /** With k = V, temperature 1 and the sum over all of it, both roads mix the same distribution. */
    @Test
    void theWholeVocabularyIsTheLimitOfLargeK() {
        try (TrainableBackbone backbone =
                TrainableBackbone.load(base, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED)) {
            TrainingBatch batch = TinyModel.batch(0);
            float[] weights =
                    MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
            GradientProbe.Result counted = GradientProbe.softMasking(
                    backbone, batch, weights, new SoftMask(0.4, 2, -1, TinyModel.VOCABULARY, 1));
            GradientProbe.Result all =
                    GradientProbe.softMasking(backbone, batch, weights, new SoftMask(0.4, 2, -1, 0, 1));
            assertThat(all.loss()).isCloseTo(counted.loss(), within(1e-5));
            assertThat(all.gradients().get("soft_masking.raw_scale"))
                    .containsExactly(counted.gradients().get("soft_masking.raw_scale"), within(1e-5f));
        }
    }

    /** The slope of the temperature by central differences. */
    @Test
    void theTemperaturesGradientIsThatOfFiniteDifferences() {
        try (TrainableBackbone backbone =
                TrainableBackbone.load(base, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED)) {
            TrainingBatch batch = TinyModel.batch(0);
            float[] weights = MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM, Set.of(), 1);
            double h = 0.05;
            double raw = Math.log(0.5);
            double[] loss = new double[2];
            for (int side = 0; side < 2; side++) {
                double temperature = Math.exp(raw + (side == 0 ? h : -h));
                loss[side] = GradientProbe.softMasking(
                                backbone, batch, weights, new SoftMask(0.9, 1, -4, 0, temperature))
                        .loss();
            }
            float[] gradient = GradientProbe.softMasking(backbone, batch, weights, new SoftMask(0.9, 1, -4, 0, 0.5))
                    .gradients()
                    .get("soft_masking.raw_temperature");
            double slope = (loss[0] - loss[1]) / (2 * h);
            assertThat((double) gradient[0]).isCloseTo(slope, within(1e-3 + 0.05 * Math.abs(slope)));
        }
    }

    @Test
    void beforeTheBlockStandsTheTruthAndBehindItMasks() {
        try (TrainableBackbone backbone =
                TrainableBackbone.load(base, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED)) {
            TrainingBatches batches =
                    new TrainingBatches(TinyModel.training(1), TinyModel.language(), backbone.specialTokens());
            EvoTokenObjective objective = new EvoTokenObjective(EVO, batches, backbone);
            boolean[] seen = new boolean[4];
            for (int number = 0; number < 10; number++) {
                EvoTokenObjective.Blocks blocks = objective.blocks(number);
                for (int b = 0; b < 8; b++) {
                    int from = blocks.from()[b];
                    seen[from] = true;
                    for (int i = 0; i < 6; i++) {
                        boolean masked = blocks.masks().masked()[b][i];
                        assertThat(masked)
                                .as("position " + i + " of block " + from)
                                .isEqualTo(i >= from && (i >= from + 3 || masked));
                    }
                }
            }
            assertThat(seen).containsOnly(true);
        }
    }

    @Test
    void everyRefinementStepIsSupervisedAndTheTrajectoryLearns() throws Exception {
        List<Map<String, Double>> log = new ArrayList<>();
        AlignConfig config = TinyModel.alignment(base, EVO, TinyModel.NO_ADAPTER, TinyModel.training(100));
        new Alignment(config, base, TinyModel.language())
                .run(folder.resolve("evo"), false, report -> log.add(report.metrics()));
        assertThat(log.get(0)).containsKeys("ce_step_1", "ce_step_2", "ce_step_3");
        for (String step : List.of("ce_step_1", "ce_step_3")) {
            double before = log.subList(0, 5).stream()
                    .mapToDouble(l -> l.get(step))
                    .average()
                    .orElseThrow();
            double after = log.subList(95, 100).stream()
                    .mapToDouble(l -> l.get(step))
                    .average()
                    .orElseThrow();
            assertThat(after).as(step).isLessThan(0.7 * before);
        }
    }

    /** After the first steps nothing may stay: neither arrays in the models' managers nor resident memory. */
    @ParameterizedTest
    @MethodSource("objectives")
    void memoryIsFlatOver300Steps(Objective objective) throws Exception {
        List<Long> resident = new ArrayList<>();
        AlignConfig config = TinyModel.alignment(
                base, objective, TinyModel.adapter(AdapterConfig.Type.DORA), TinyModel.training(300));
        new Alignment(config, base, TinyModel.language()).run(folder.resolve("long"), false, report -> {
            if (report.step() % 100 == 0) {
                resident.add(residentKilobytes());
            }
        });
        assertThat(resident.get(2) - resident.get(0)).isLessThan(24_000);
    }

    private static long residentKilobytes() {
        try {
            System.gc();
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException noSuchSystem) {
            return 0;
        }
    }
}
