package io.maskflow.alignment.network;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.data.InstructionData;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.alignment.recipe.EndTokens;
import io.maskflow.alignment.recipe.LearningRate;
import io.maskflow.alignment.recipe.MaskCorruption;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model of a few thousand weights and a language of repeated tokens, for tests that train. */
public final class TinyModel {

    public static final int VOCABULARY = 24;
    public static final int WIDTH = 16;

    private TinyModel() {}

    /** Writes a {@code config.json}; the output head is the embedding. */
    public static Path architecture(Path folder) {
        return architecture(folder, true, 2);
    }

    public static Path architecture(Path folder, boolean tied, int keyValueHeads) {
        String config =
                """
                {"model_type": "llada", "block_type": "llama", "layer_norm_type": "rms", "activation_type": "silu",
                 "rope": true, "d_model": %d, "n_layers": 2, "n_heads": 2, "n_kv_heads": %d, "mlp_hidden_size": 24,
                 "vocab_size": %d, "embedding_size": %d, "weight_tying": %b, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
                 "max_sequence_length": 64, "mask_token_id": 2, "eos_token_id": 1, "pad_token_id": 0}
                """
                        .formatted(WIDTH, keyValueHeads, VOCABULARY, VOCABULARY, tied);
        try {
            Files.createDirectories(folder);
            return Files.writeString(folder.resolve("config.json"), config).getParent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer repeats the prompt's only letter a few times. */
    public static TrainingExamples language() {
        return index -> {
            KeyedDraws draws = KeyedDraws.of(5, index);
            int letter = 3 + draws.nextInt(VOCABULARY - 3);
            int[] answer = new int[2 + draws.nextInt(4)];
            java.util.Arrays.fill(answer, letter);
            int[] prompt = new int[1 + draws.nextInt(3)];
            java.util.Arrays.fill(prompt, letter);
            return new TrainingExample(prompt, answer);
        };
    }

    public static TrainingConfig training(long steps) {
        return training(steps, CheckpointBlocks.NEVER);
    }

    public static TrainingConfig training(long steps, CheckpointBlocks checkpointBlocks) {
        return new TrainingConfig(
                7,
                steps,
                8,
                1,
                6,
                EndTokens.defaults(),
                0,
                0.05,
                1.0,
                checkpointBlocks,
                Precision.F32,
                "cpu",
                new LearningRate(5e-3, 5, LearningRate.Shape.CONSTANT, 1),
                new AdamW.Settings(0.9, 0.98, 1e-8, 0.01, 1.0),
                10);
    }

    public static AlignConfig alignment(Path base, Objective.Mode mode, long steps, double divergenceWeight) {
        return alignment(
                base,
                new Objective.XPrediction(
                        mode,
                        XPredictionLoss.Reduction.MEAN_OVER_ELEMENTS,
                        XPredictionLoss.Gradient.CODEBOOK_DETACHED,
                        divergenceWeight),
                NO_ADAPTER,
                training(steps));
    }

    public static final AdapterConfig NO_ADAPTER = AdapterConfig.defaults();

    public static AdapterConfig adapter(AdapterConfig.Type type) {
        return new AdapterConfig(type, 3, 6, List.of("q_proj", "attn_out", "up_proj"), true);
    }

    public static AlignConfig alignment(
            Path base, Objective objective, AdapterConfig adapter, TrainingConfig training) {
        return new AlignConfig(
                base.toString(),
                objective,
                InstructionData.defaults(),
                adapter,
                training,
                true,
                16,
                AlignConfig.AnswerSource.AUTO,
                new DecodingBudget(1, 1));
    }

    public static TrainingBatch batch(long number) {
        List<TrainingExample> examples = new ArrayList<>();
        for (int b = 0; b < 4; b++) {
            examples.add(language().example(number * 4 + b));
        }
        return TrainingBatch.of(
                examples,
                6,
                new TrainingBatch.SpecialTokens(2, 1, 0),
                new MaskCorruption(3, 0.05, 1).draw(number, 4, 6));
    }

    /** Logits {@code [B * N][V]} of the response, as doubles, and the embedding matrix. */
    public static double[][] rows(float[] flat, int width) {
        double[][] rows = new double[flat.length / width][width];
        for (int j = 0; j < flat.length; j++) {
            rows[j / width][j % width] = flat[j];
        }
        return rows;
    }

    public static float[] weight(TrainableBackbone backbone, String name) {
        return backbone.weights().get("model.transformer." + name).toFloatArray();
    }
}
