package io.maskflow.alignment.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.recipe.MaskCorruption;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.decoder.evotoken.SoftToken;
import io.maskflow.decoder.evotoken.TokenEvolution;
import io.maskflow.decoder.masking.Remasking;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Continuous trajectory supervision. Of every answer a block is sampled; before it stands the truth, after it masks, and in
 * it some tokens are masked. Then the decoder's own rules refine the block a few times; after each model call the
 * cross-entropy of the block's masked positions is differentiated.
 *
 * <p>States, stages and selections are constants of the differentiation; the embeddings of soft tokens are not. The loss
 * of a batch is the mean over its steps.
 *
 * @paper EVO Continuous Trajectory Supervision
 */
public final class EvoTokenObjective implements TrainingObjective {

    private static final long BLOCK = 31;
    private static final int LEAST = 2;

    private final Objective.EvoToken config;
    private final EvoTokenSettings settings;
    private final TrainingBatches batches;
    private final TrainableBackbone backbone;

    /** The objective of a backbone on given batches. */
    public EvoTokenObjective(Objective.EvoToken config, TrainingBatches batches, TrainableBackbone backbone) {
        this.config = config;
        this.settings =
                new EvoTokenSettings(config.k(), config.alpha(), config.blockLength(), 0, Remasking.LOW_CONFIDENCE);
        this.batches = batches;
        this.backbone = backbone;
    }

    /** First position of each row's block, and the masks that it makes. */
    record Blocks(int[] from, MaskCorruption.Masks masks) {}

    /** Blocks and masks of a batch: a function of its number. */
    Blocks blocks(long number) {
        TrainingConfig training = batches.training();
        int N = training.responseLength();
        int B = training.batchSize();
        MaskCorruption.Masks drawn =
                new MaskCorruption(training.seed(), training.sigmaMin(), training.sigmaMax()).draw(number, B, N);
        int[] from = new int[B];
        boolean[][] masked = new boolean[B][N];
        for (int b = 0; b < B; b++) {
            from[b] = KeyedDraws.of(training.seed(), BLOCK, number, b).nextInt(N - config.blockLength() + 1);
            int to = from[b] + config.blockLength();
            for (int i = from[b]; i < N; i++) {
                masked[b][i] = i >= to || drawn.masked()[b][i];
            }
        }
        return new Blocks(from, new MaskCorruption.Masks(drawn.sigma(), masked));
    }

    @Override
    public Value loss(NDManager scope, long number, Backward backward) {
        Blocks blocks = blocks(number);
        TrainingBatch batch = batches.masked(number, blocks.masks());
        int B = batch.rows();
        int N = batch.responseLength();
        TokenEvolution[] evolution = new TokenEvolution[B];
        for (int b = 0; b < B; b++) {
            evolution[b] = new TokenEvolution(settings, N);
            for (int i = 0; i < N; i++) {
                if (!batch.masked()[b][i]) {
                    evolution[b].decoded(i, batch.targetIds()[b][i]);
                }
            }
        }
        float[] weights = weights(batch, blocks.from());
        Inputs inputs = new Inputs(batch, batches.tokens().mask());
        Map<String, Double> metrics = new LinkedHashMap<>();
        double loss = 0;
        int tokens = 0;
        for (int step = 0; step < config.refinements(); step++) {
            try (NDManager one = scope.newSubManager()) {
                NDList result = refine(one, batch, inputs, weights, backward);
                loss += result.get(0).getFloat();
                tokens += batch.tokens();
                metrics.put("ce_step_" + (step + 1), weighted(result.get(1).toFloatArray(), weights));
                Prediction prediction = prediction(result);
                for (int b = 0; b < B; b++) {
                    RowPrediction seen = new RowPrediction(prediction, b, N, Window.whole(N));
                    int from = blocks.from()[b];
                    int to = from + config.blockLength();
                    evolution[b].step(seen, from, to, config.tokensPerStep(), false);
                    for (int i = 0; i < N; i++) {
                        inputs.set(b, i, evolution[b].embedding(seen, i));
                    }
                }
            }
        }
        return new Value(loss, tokens, metrics);
    }

    /** Equal weights at the masked positions of the blocks; they sum to 1 over all steps. */
    private float[] weights(TrainingBatch batch, int[] from) {
        int N = batch.responseLength();
        float[] weights = new float[batch.rows() * N];
        int count = 0;
        for (int j = 0; j < weights.length; j++) {
            int start = from[j / N];
            boolean inside = j % N >= start && j % N < start + config.blockLength();
            if (inside && batch.masked()[j / N][j % N]) {
                weights[j] = 1;
                count++;
            }
        }
        for (int j = 0; j < weights.length; j++) {
            weights[j] /= Math.max(1, count) * config.refinements();
        }
        return weights;
    }

    private double weighted(float[] ce, float[] weights) {
        double sum = 0;
        for (int j = 0; j < ce.length; j++) {
            sum += ce[j] * weights[j];
        }
        return sum * config.refinements();
    }

    private NDList refine(NDManager scope, TrainingBatch batch, Inputs inputs, float[] weights, Backward backward) {
        TrainableBackbone.Batch plain = backbone.upload(scope, batch);
        TrainableBackbone.Batch mixed = new TrainableBackbone.Batch(inputs.ids(scope), plain.seen(), plain.target());
        TrainingLoss loss = TrainingLoss.of(
                        "refinement",
                        plain.positions(scope, weights),
                        scope.create(new long[] {batches.tokens().mask()}),
                        scope.create(Math.max(LEAST, config.k())))
                .on("mixed_inputs", inputs.shares(scope));
        return backbone.differentiate(scope, mixed, loss, backward);
    }

    private static Prediction prediction(NDList result) {
        float[] top = result.get(2).toFloatArray();
        long[] wide = result.get(3).toLongArray();
        float[] entropy = result.get(4).toFloatArray();
        int k = top.length / entropy.length;
        int[] ids = new int[wide.length];
        Arrays.setAll(ids, i -> (int) wide[i]);
        int[] argmax = new int[entropy.length];
        float[] confidence = new float[entropy.length];
        for (int i = 0; i < entropy.length; i++) {
            argmax[i] = ids[i * k];
            confidence[i] = top[i * k];
        }
        return new Prediction(argmax, confidence, ids, top, new float[entropy.length], entropy, k);
    }

    /** What is fed: for each of the T positions K ids and shares; the last entry is that of the mask token. */
    final class Inputs {

        private final int rows;
        private final int T;
        private final int N;
        private final int K;
        private final long[] ids;
        private final float[] shares;
        private final int mask;

        Inputs(TrainingBatch batch, int mask) {
            this.rows = batch.rows();
            this.T = batch.inputIds()[0].length;
            this.N = batch.responseLength();
            this.K = config.k() + 1;
            this.mask = mask;
            this.ids = new long[rows * T * K];
            this.shares = new float[rows * T * K];
            for (int j = 0; j < rows * T; j++) {
                ids[j * K] = batch.inputIds()[j / T][j % T];
                shares[j * K] = 1;
            }
        }

        void set(int row, int i, SoftToken fed) {
            int at = (row * T + T - N + i) * K;
            Arrays.fill(shares, at, at + K, 0f);
            for (int c = 0; c < fed.tokens().length; c++) {
                ids[at + c] = fed.tokens()[c];
                shares[at + c] = fed.shares()[c];
            }
            ids[at + K - 1] = mask;
            shares[at + K - 1] = fed.maskShare();
        }

        NDArray ids(NDManager scope) {
            return scope.create(LongBuffer.wrap(ids), new Shape(rows, T, K), DataType.INT64);
        }

        NDArray shares(NDManager scope) {
            return scope.create(FloatBuffer.wrap(shares), new Shape(rows, T, K), DataType.FLOAT32);
        }
    }
}
