package io.maskflow.alignment.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.Alignment;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.softmask.SoftMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks computed again in the backward pass: the same numbers from less memory. */
class CheckpointBlocksTest {

    @TempDir
    Path folder;

    private TrainableBackbone model(boolean tied, CheckpointBlocks when) {
        Path base = TinyModel.architecture(folder.resolve("base" + tied), tied, 1);
        TrainableBackbone backbone = TrainableBackbone.random(base, 3, Precision.F32);
        backbone.checkpoint(when);
        return backbone;
    }

    private static void assertSame(GradientProbe.Result plain, GradientProbe.Result again) {
        assertThat(again.loss()).isCloseTo(plain.loss(), within(1e-6));
        assertThat(again.gradients().keySet()).isEqualTo(plain.gradients().keySet());
        plain.gradients()
                .forEach((name, gradient) ->
                        assertThat(again.gradients().get(name)).as(name).containsExactly(gradient, within(1e-6f)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theGradientsOfEveryLossAreEqual(boolean tied) {
        TrainingBatch batch = TinyModel.batch(0);
        float[] weights = MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
        SoftMask soft = new SoftMask(0.4, 2, -1, 2, 1);
        try (TrainableBackbone plain = model(tied, CheckpointBlocks.NEVER);
                TrainableBackbone again = model(tied, CheckpointBlocks.ALWAYS)) {
            assertSame(
                    GradientProbe.maskedCrossEntropy(plain, batch, weights),
                    GradientProbe.maskedCrossEntropy(again, batch, weights));
            assertSame(
                    GradientProbe.xPrediction(plain, batch, weights), GradientProbe.xPrediction(again, batch, weights));
            assertSame(
                    GradientProbe.softMasking(plain, batch, weights, soft),
                    GradientProbe.softMasking(again, batch, weights, soft));
        }
    }

    /** Adapters get their gradient block by block, and a frozen embedding asks for none. */
    @ParameterizedTest
    @EnumSource(names = {"LORA", "DORA"})
    void aTrainingOfAdaptersTakesTheSameSteps(AdapterConfig.Type type) throws Exception {
        Path base = TinyModel.architecture(folder.resolve("base"), false, 1);
        try (TrainableBackbone backbone = TrainableBackbone.random(base, 3, Precision.F32)) {
            BackboneFolder.write(base, backbone, base);
        }
        Objective.EvoToken evo = new Objective.EvoToken(2, 0.6, 3, 3, 1);
        double[] losses = new double[2];
        for (CheckpointBlocks when : List.of(CheckpointBlocks.NEVER, CheckpointBlocks.ALWAYS)) {
            TrainingConfig training = TinyModel.training(8, when);
            AlignConfig config = TinyModel.alignment(base, evo, TinyModel.adapter(type), training);
            new Alignment(config, base, TinyModel.language())
                    .run(folder.resolve(when.name()), false, report -> losses[when.ordinal()] = report.loss());
        }
        assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
    }

    /**
     * 24 blocks of width 64, 8 sequences of 224 positions: a graph of all of them keeps about 24 x 8 x 224 x 20,000 bytes, one
     * block a 24th of it. Measured is the most that the process had at once, between two marks.
     */
    @Test
    void aDeepModelNeedsTheActivationsOfOneBlock() throws Exception {
        Path deep = folder.resolve("deep");
        TinyModel.architecture(deep, true, 2);
        Path config = deep.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"n_layers\": 2", "\"n_layers\": 24")
                        .replace("\"d_model\": 16", "\"d_model\": 64")
                        .replace("\"mlp_hidden_size\": 24", "\"mlp_hidden_size\": 256")
                        .replace("\"max_sequence_length\": 64", "\"max_sequence_length\": 256"));
        long[] growth = new long[2];
        // First the road that needs less: memory that was given back to the allocator would hide growth.
        for (CheckpointBlocks when : List.of(CheckpointBlocks.ALWAYS, CheckpointBlocks.NEVER)) {
            try (TrainableBackbone backbone = TrainableBackbone.random(deep, 3, Precision.F32)) {
                backbone.checkpoint(when);
                Map<String, NDArray> trained = backbone.train(Set.of());
                growth[when == CheckpointBlocks.ALWAYS ? 0 : 1] = peakGrowth(backbone);
                assertThat(trained).isNotEmpty();
            }
        }
        if (growth[1] > 0) { // a system without these figures has nothing to compare
            assertThat(growth[0]).isLessThan(growth[1] / 3);
        }
    }

    private static long peakGrowth(TrainableBackbone backbone) throws IOException {
        int T = 224;
        int[][] ids = new int[8][T];
        boolean[][] visible = new boolean[8][T];
        int[][] target = new int[8][T - 4];
        boolean[][] masked = new boolean[8][T - 4];
        for (int b = 0; b < 8; b++) {
            java.util.Arrays.fill(visible[b], true);
            java.util.Arrays.fill(ids[b], 2);
            java.util.Arrays.fill(masked[b], true);
            java.util.Arrays.fill(target[b], 5 + b);
        }
        TrainingBatch batch = new TrainingBatch(ids, visible, target, masked, new double[8]);
        float[] weights = new float[8 * (T - 4)];
        java.util.Arrays.fill(weights, 1f / weights.length);
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        long[] growth = new long[1];
        try (NDManager scope = backbone.manager().newSubManager()) {
            TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
            TrainingLoss loss = TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weights));
            NDArray one = scope.create(1f);
            long before = status("VmRSS");
            // The graph is largest when the loss is there and the first gradient is about to be made.
            backbone.differentiate(scope, uploaded, loss, term -> {
                growth[0] = status("VmRSS") - before;
                JniUtils.backward((PtNDArray) term, (PtNDArray) one, false, false);
            });
        } finally {
            JniUtils.setGradMode(recording);
        }
        return growth[0];
    }

    private static long status(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException noSuchSystem) {
            return 0;
        }
    }

    @Test
    void autoKeepsWhatFitsAndComputesAgainWhatDoesNot() {
        try (TrainableBackbone backbone = model(false, CheckpointBlocks.AUTO);
                NDManager scope = backbone.manager().newSubManager()) {
            Checkpointing auto = new Checkpointing(CheckpointBlocks.AUTO, backbone.architecture(), false);
            TrainableBackbone.Batch small = backbone.upload(scope, TinyModel.batch(0));
            assertThat(auto.of(small)).isFalse();
            // Width 16, feed-forward 24, two heads, float32, by hand: 2*4*16 + (6*16 + 4*24)*4 + 2*10*8 = 1056 per
            // position.
            assertThat(auto.bytes(4, 10)).isEqualTo(2L * 4 * 10 * 1056);
        }
    }
}
