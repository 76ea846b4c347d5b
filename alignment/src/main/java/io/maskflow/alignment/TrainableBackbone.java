package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.decoder.backbone.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.Backbones;
import io.maskflow.decoder.backbone.WeightList;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.FiniteWeights;
import io.maskflow.decoder.tensor.TorchScript;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A backbone whose weights can be trained: float32 tensors in the engine, and a TorchScript program that computes the
 * forward pass and the losses from them.
 *
 * <p>Owns native memory: closed by whoever made it. Used by one thread at a time.
 */
public final class TrainableBackbone implements AutoCloseable {

    private static final int ENGINE_FLOAT32 = 6;
    private static final int ENGINE_BFLOAT16 = 15;
    private static final float INVISIBLE = Float.NEGATIVE_INFINITY;

    private final TransformerShape architecture;
    private final NDManager manager;
    private final TorchScript program;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final boolean bfloat16;
    private LowRankAdapter adapter;
    private Checkpointing checkpointing;
    private boolean learnsInputs;

    private TrainableBackbone(TransformerShape architecture, Precision precision, XPredictionLoss.Gradient gradient) {
        this.architecture = architecture;
        this.bfloat16 = precision == Precision.BF16;
        this.checkpointing = new Checkpointing(CheckpointBlocks.NEVER, architecture, bfloat16);
        this.manager = NDManager.newBaseManager("PyTorch");
        String text = TorchScript.readResource(TrainableBackbone.class, "transformer-training.torchscript")
                + "\n" + TorchScript.readResource(TrainableBackbone.class, "losses.torchscript")
                + "\n" + TorchScript.readResource(TrainableBackbone.class, "adapters.torchscript");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("head_size", architecture.headSize());
        attributes.put("grouped", architecture.grouped());
        attributes.put("projection", architecture.biased() ? 2 : 1);
        attributes.put("shift", architecture.shift());
        attributes.put("layers", architecture.layers());
        attributes.put("eps", architecture.epsilon());
        attributes.put("minus_log_theta", -Math.log(architecture.theta()));
        attributes.put("dtype", precision == Precision.BF16 ? ENGINE_BFLOAT16 : ENGINE_FLOAT32);
        attributes.put("codebook_detached", gradient == XPredictionLoss.Gradient.CODEBOOK_DETACHED);
        this.program = TorchScript.load(manager, "transformer-training", text, attributes);
    }

    /**
     * Loads the weights of a folder in Hugging Face layout.
     *
     * @param folder with {@code config.json} and {@code model.safetensors}
     * @param precision of matrix products
     * @param gradient what the x-prediction loss may change
     * @return the backbone, nothing of it trained yet
     * @throws io.maskflow.decoder.tensor.CheckpointException if files are missing, damaged or do not fit each other
     */
    public static TrainableBackbone load(Path folder, Precision precision, XPredictionLoss.Gradient gradient) {
        TransformerShape architecture = TransformerShape.of(folder);
        Checkpoint checkpoint = Checkpoint.open(folder);
        requireTrainable(Backbones.design(folder).weights(), checkpoint);
        TrainableBackbone backbone = new TrainableBackbone(architecture, precision, gradient);
        try (FiniteWeights finite = new FiniteWeights(backbone.manager)) {
            architecture.weights().forEach((name, shape) -> {
                try (NDArray mapped = checkpoint.floatArray(backbone.manager, name)) {
                    finite.require(checkpoint, name, mapped);
                    backbone.put(name, mapped.duplicate()); // the mapping is read-only, training writes
                }
            });
        }
        return backbone;
    }

    private static void requireTrainable(WeightList weights, Checkpoint checkpoint) {
        weights.check(checkpoint);
        if (weights.headDiffers(checkpoint)) {
            throw new CheckpointException(
                    checkpoint.folder() + " holds an output layer that is not its embedding, although"
                            + " its config.json ties them: say tie_word_embeddings (weight_tying) false to train both");
        }
    }

    /**
     * Random weights for a configuration: norms 1; embeddings normal with standard deviation {@code d^-1/2}; linear
     * layers with {@code (inputs)^-1/2}, those that write into the residual stream divided by {@code (2 layers)^1/2}.
     *
     * @param folder with {@code config.json}
     * @param seed every tensor is a function of the seed and its name
     * @param precision of matrix products
     * @return the backbone
     * @throws io.maskflow.decoder.tensor.CheckpointException if the configuration is refused
     */
    public static TrainableBackbone random(Path folder, long seed, Precision precision) {
        TransformerShape architecture = TransformerShape.of(folder);
        TrainableBackbone backbone =
                new TrainableBackbone(architecture, precision, XPredictionLoss.Gradient.CODEBOOK_DETACHED);
        architecture.weights().forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.size())];
            boolean norm = shape.dimension() == 1 && !name.endsWith(".bias");
            double deviation = 1 / Math.sqrt(shape.get(shape.dimension() - 1));
            if (architecture.writesResidual(name)) {
                deviation /= Math.sqrt(2 * architecture.layers());
            }
            KeyedDraws draws = KeyedDraws.of(seed, name.hashCode());
            for (int i = 0; i < values.length; i++) {
                values[i] = norm ? 1f : (float) (deviation * draws.nextGaussian());
            }
            backbone.put(name, backbone.manager.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32));
        });
        return backbone;
    }

    private void put(String name, NDArray tensor) {
        tensor.setName(name);
        weights.put(name, tensor);
    }

    /**
     * Says which weights are trained: all but the named ones.
     *
     * @param frozen names of weights that keep their values
     * @return the trained weights by name, owned by this backbone
     */
    public Map<String, NDArray> train(Set<String> frozen) {
        Map<String, NDArray> trained = new LinkedHashMap<>();
        learnsInputs = !frozen.contains(architecture.order().get(0));
        weights.forEach((name, tensor) -> {
            if (!frozen.contains(name)) {
                JniUtils.attachGradient((PtNDArray) tensor, true);
                trained.put(name, tensor);
            }
        });
        return trained;
    }

    /** Names of the embedding and of the output head, which alignment may leave as they are. */
    public Set<String> vocabularyWeights() {
        return Set.copyOf(new TreeSet<>(architecture.vocabulary()));
    }

    /** Ids that batches are made with. */
    public TrainingBatch.SpecialTokens specialTokens() {
        return architecture.tokens();
    }

    /** Embedding width {@code E}. */
    public int embeddingSize() {
        return architecture.width();
    }

    /** All weights by their names in files, owned by this backbone. */
    Map<String, NDArray> weights() {
        return Collections.unmodifiableMap(weights);
    }

    /**
     * Puts adapters on linear layers; from now on they alone are trained, and frozen matrices are narrowed to bfloat16 where
     * matrix products are computed in it.
     *
     * @param config rank, scale, layers
     * @param seed of the first values
     * @return the adapters, owned by this backbone
     */
    LowRankAdapter adapt(AdapterConfig config, long seed) {
        adapter = LowRankAdapter.on(this, config, seed);
        if (bfloat16) {
            weights.replaceAll((name, tensor) -> architecture.linears().contains(name) ? narrowed(tensor) : tensor);
        }
        return adapter;
    }

    private NDArray narrowed(NDArray tensor) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            NDArray narrow = program.train(manager, "narrow", tensor).get(0);
            tensor.close();
            return narrow;
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    /**
     * Computes a loss; gradients are recorded if the thread does.
     *
     * @param scope owner of the results
     * @param batch ids, visibility, targets
     * @param loss which
     * @param backward told of the loss, or differentiates by it
     * @return the results of the loss's second half, then those of its first half beside the embeddings
     */
    NDList differentiate(NDManager scope, Batch batch, TrainingLoss loss, TrainingObjective.Backward backward) {
        return new LayeredPass(this, batch, loss).run(scope, checkpointing.of(batch), backward);
    }

    /** Calls a method of the program on {@code (weights, ids, bias, more)}; gradients are recorded if the thread does. */
    private NDList call(NDManager scope, String method, Batch batch, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of(effective(scope, architecture.order()), batch.ids, batch.bias));
        arguments.addAll(List.of(more));
        return program.train(scope, method, arguments.toArray());
    }

    /** The same with the weights as they were before adapters were put on them, and without a gradient. */
    NDList callBase(NDManager scope, String method, Batch batch, Object... more) {
        return withoutGradient(() -> {
            List<Object> arguments =
                    new ArrayList<>(List.of(inOrder(weights, architecture.order()), batch.ids, batch.bias));
            arguments.addAll(List.of(more));
            return program.train(scope, method, arguments.toArray());
        });
    }

    /** Logits {@code [B, N, V]} of the response, without a gradient. */
    NDArray logits(NDManager scope, Batch batch) {
        return withoutGradient(
                () -> call(scope, "reference_logits", batch, batch.target).get(0));
    }

    static <T> T withoutGradient(Supplier<T> computation) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return computation.get();
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    /** Weights with their adapters, part of the gradient graph. */
    NDList effective(NDManager scope, List<String> names) {
        return inOrder(adapter == null ? weights : adapter.applied(scope, program, weights, names), names);
    }

    private static NDList inOrder(Map<String, NDArray> byName, List<String> names) {
        NDList list = new NDList();
        names.forEach(name -> list.add(byName.get(name)));
        return list;
    }

    /** Says when activations are computed again in the backward pass. */
    void checkpoint(CheckpointBlocks when) {
        checkpointing = new Checkpointing(when, architecture, bfloat16);
    }

    /** Whether the embedding is trained. */
    boolean learnsInputs() {
        return learnsInputs;
    }

    TorchScript program() {
        return program;
    }

    /** The adapters that {@link #adapt} put on. */
    LowRankAdapter adapter() {
        return adapter;
    }

    TransformerShape architecture() {
        return architecture;
    }

    NDManager manager() {
        return manager;
    }

    /** A batch inside the engine: {@code ids} [B, T], {@code bias} [B, 1, 1, T] (0 or minus infinity), {@code target} [B, N]. */
    record Batch(NDArray ids, NDArray bias, NDArray target) {

        static Batch upload(NDManager scope, TrainingBatch batch) {
            int T = batch.inputIds()[0].length;
            float[] bias = new float[batch.rows() * T];
            for (int j = 0; j < bias.length; j++) {
                bias[j] = batch.visible()[j / T][j % T] ? 0f : INVISIBLE;
            }
            return new Batch(
                    ids(scope, batch.inputIds()),
                    scope.create(FloatBuffer.wrap(bias), new Shape(batch.rows(), 1, 1, T), DataType.FLOAT32),
                    ids(scope, batch.targetIds()));
        }

        private static NDArray ids(NDManager scope, int[][] ids) {
            long[] flat = new long[ids.length * ids[0].length];
            for (int j = 0; j < flat.length; j++) {
                flat[j] = ids[j / ids[0].length][j % ids[0].length];
            }
            return scope.create(LongBuffer.wrap(flat), new Shape(ids.length, ids[0].length), DataType.INT64);
        }

        /** Position weights [B, N] beside the batch. */
        NDArray positions(NDManager scope, float[] weights) {
            return scope.create(FloatBuffer.wrap(weights), target.getShape(), DataType.FLOAT32);
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
