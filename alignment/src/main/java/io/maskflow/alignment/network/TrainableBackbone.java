package io.maskflow.alignment.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.data.KeyedDraws;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.loss.VisiblePositions;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.RotaryTable;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.WeightList;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.FiniteWeights;
import io.maskflow.decoder.tensor.TorchScript;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
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

    private final TransformerShape architecture;
    private final NDManager manager;
    private final TorchScript program;
    private final RotaryTable rotary;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final boolean bfloat16;
    private LowRankAdapter adapter;
    private Checkpointing checkpointing;
    private boolean learnsInputs;

    private TrainableBackbone(
            TransformerShape architecture, Precision precision, Device device, XPredictionLoss.Gradient gradient) {
        this.architecture = architecture;
        this.bfloat16 = precision == Precision.BF16;
        this.checkpointing = new Checkpointing(CheckpointBlocks.NEVER, architecture, bfloat16);
        this.manager = NDManager.newBaseManager(device, "PyTorch");
        String text = String.join(
                "\n",
                TorchScript.readResource(TrainableBackbone.class, "training-layers.torchscript"),
                Transformer.text(),
                TorchScript.readResource(TrainableBackbone.class, "training.torchscript"),
                TorchScript.readResource(XPredictionLoss.class, "losses.torchscript"),
                TorchScript.readResource(TrainableBackbone.class, "adapters.torchscript"));
        Map<String, Object> attributes =
                new LinkedHashMap<>(architecture.network().attributes());
        attributes.put("shift", architecture.shift());
        attributes.put("dtype", precision == Precision.BF16 ? ENGINE_BFLOAT16 : ENGINE_FLOAT32);
        attributes.put("codebook_detached", gradient == XPredictionLoss.Gradient.CODEBOOK_DETACHED);
        this.program = TorchScript.load(manager, "training", text, attributes);
        this.rotary = new RotaryTable(
                manager,
                architecture.network().heads().theta(),
                architecture.network().heads().rotated());
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
        return load(folder, BackboneOverrides.NONE, precision, "cpu", gradient);
    }

    /** The same with what is said of the model where it is named, on {@code cpu}, {@code gpu} or {@code gpu:N}. */
    public static TrainableBackbone load(
            Path folder,
            BackboneOverrides overrides,
            Precision precision,
            String device,
            XPredictionLoss.Gradient gradient) {
        TransformerShape architecture = TransformerShape.of(folder, overrides);
        Checkpoint checkpoint = Checkpoint.open(folder);
        requireTrainable(architecture.list(), checkpoint);
        TrainableBackbone backbone = new TrainableBackbone(architecture, precision, Backbones.device(device), gradient);
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
        return random(folder, seed, precision, "cpu");
    }

    /** The same on {@code cpu}, {@code gpu} or {@code gpu:N}. */
    public static TrainableBackbone random(Path folder, long seed, Precision precision, String device) {
        TransformerShape architecture = TransformerShape.of(folder, BackboneOverrides.NONE);
        TrainableBackbone backbone = new TrainableBackbone(
                architecture, precision, Backbones.device(device), XPredictionLoss.Gradient.CODEBOOK_DETACHED);
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
        return architecture.network().width();
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
    public LowRankAdapter adapt(AdapterConfig config, long seed) {
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
            NDArray narrow = program.train(manager, "to_bfloat16", tensor).get(0);
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
    public NDList differentiate(NDManager scope, Batch batch, TrainingLoss loss, TrainingObjective.Backward backward) {
        return new LayeredPass(this, batch, loss).run(scope, checkpointing.of(batch), backward);
    }

    /** Logits {@code [B, N, V]} of the response, without a gradient. */
    public NDArray logits(NDManager scope, Batch batch) {
        return withoutGradient(() -> adapter == null
                ? logits(scope, batch, effective(scope, architecture.order()))
                : new LayeredPass(this, batch, null).logits(scope));
    }

    /** The same with the weights as they were before adapters were put on them. */
    public NDArray baseLogits(NDManager scope, Batch batch) {
        return withoutGradient(() -> logits(scope, batch, inOrder(weights, architecture.order())));
    }

    private NDArray logits(NDManager scope, Batch batch, NDList w) {
        NDArray[] turns = turns(scope, batch);
        return program.train(scope, "reference_logits", w, batch.ids, turns[0], turns[1], batch.mask(), batch.target)
                .get(0);
    }

    /** Cosines and sines of the rotary embedding for the positions of a batch. */
    NDArray[] turns(NDManager scope, Batch batch) {
        return rotary.between(scope, 0, batch.length());
    }

    /** Brings a batch into the engine. */
    public Batch upload(NDManager scope, TrainingBatch batch) {
        return new Batch(
                Batch.ids(scope, batch.inputIds()),
                VisiblePositions.of(scope, batch, architecture.attention()),
                Batch.ids(scope, batch.targetIds()));
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
    public void checkpoint(CheckpointBlocks when) {
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
    public LowRankAdapter adapter() {
        return adapter;
    }

    TransformerShape architecture() {
        return architecture;
    }

    /** Keeps the weights and is closed with this backbone. */
    public NDManager manager() {
        return manager;
    }

    /**
     * A batch inside the engine.
     *
     * @param ids {@code [B, T]}, or {@code [B, T, K]} of mixed inputs
     * @param seen boolean {@code [B, 1 or T, T]}, true where a query sees a key
     * @param target {@code [B, N]}
     */
    public record Batch(NDArray ids, NDArray seen, NDArray target) {

        /** Rows B. */
        int rows() {
            return (int) seen.getShape().get(0);
        }

        /** Positions T. */
        int length() {
            return (int) seen.getShape().get(2);
        }

        /** Which positions see which, as the program takes it. */
        NDList mask() {
            return new NDList(seen);
        }

        private static NDArray ids(NDManager scope, int[][] ids) {
            long[] flat = new long[ids.length * ids[0].length];
            for (int j = 0; j < flat.length; j++) {
                flat[j] = ids[j / ids[0].length][j % ids[0].length];
            }
            return scope.create(LongBuffer.wrap(flat), new Shape(ids.length, ids[0].length), DataType.INT64);
        }

        /** Position weights [B, N] beside the batch. */
        public NDArray positions(NDManager scope, float[] weights) {
            return scope.create(FloatBuffer.wrap(weights), target.getShape(), DataType.FLOAT32);
        }
    }

    @Override
    public void close() {
        rotary.close();
        program.close();
        manager.close();
    }
}
