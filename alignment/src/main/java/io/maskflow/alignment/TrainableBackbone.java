package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.decoder.tensor.TorchScript;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A backbone whose weights can be trained: float32 tensors in the engine, and a TorchScript program that computes the
 * forward pass and the losses from them.
 *
 * <p>Owns native memory: closed by whoever made it. Used by one thread at a time.
 */
public final class TrainableBackbone implements AutoCloseable {

    private static final float INVISIBLE = Float.NEGATIVE_INFINITY;

    private final Architecture architecture;
    private final NDManager manager;
    private final TorchScript program;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();

    private TrainableBackbone(Architecture architecture, Precision precision, XPredictionLoss.Gradient gradient) {
        this.architecture = architecture;
        this.manager = NDManager.newBaseManager("PyTorch");
        String text = TorchScript.readResource(TrainableBackbone.class, "llada-training.torchscript")
                + TorchScript.readResource(TrainableBackbone.class, "losses.torchscript");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("head_size", architecture.width() / architecture.heads());
        attributes.put("grouped", false);
        attributes.put("layers", architecture.layers());
        attributes.put("eps", architecture.eps());
        attributes.put("minus_log_theta", -Math.log(architecture.ropeTheta()));
        attributes.put("dtype", precision.engineCode());
        attributes.put("codebook_detached", gradient == XPredictionLoss.Gradient.CODEBOOK_DETACHED);
        this.program = TorchScript.load(manager, "llada-training", text, attributes);
    }

    /**
     * Loads the weights of a folder in Hugging Face layout.
     *
     * @param folder with {@code config.json} and {@code model.safetensors}
     * @param precision of matrix products
     * @param gradient what the x-prediction loss may change
     * @return the backbone, nothing of it trained yet
     * @throws IOException if a file is missing or unreadable
     */
    public static TrainableBackbone load(Path folder, Precision precision, XPredictionLoss.Gradient gradient) throws IOException {
        Architecture architecture = Architecture.read(folder.resolve("config.json"));
        Map<String, TensorFile.Tensor> tensors = TensorFile.read(folder.resolve("model.safetensors"));
        TrainableBackbone backbone = new TrainableBackbone(architecture, precision, gradient);
        architecture.weights().forEach((name, shape) -> backbone.put(name, shape, tensors.get(name).values()));
        return backbone;
    }

    /**
     * Random weights for a configuration: norms 1; embeddings normal with standard deviation {@code d^-1/2}; linear
     * layers with {@code (inputs)^-1/2}, those that write into the residual stream divided by {@code (2 layers)^1/2}.
     *
     * @param folder with {@code config.json}
     * @param seed every tensor is a function of the seed and its name
     * @param precision of matrix products
     * @return the backbone
     * @throws IOException if the configuration is unreadable
     */
    public static TrainableBackbone random(Path folder, long seed, Precision precision) throws IOException {
        Architecture architecture = Architecture.read(folder.resolve("config.json"));
        TrainableBackbone backbone = new TrainableBackbone(architecture, precision, XPredictionLoss.Gradient.CODEBOOK_DETACHED);
        architecture.weights().forEach((name, shape) -> {
            long size = 1;
            for (long part : shape) {
                size *= part;
            }
            float[] values = new float[Math.toIntExact(size)];
            double deviation = 1 / Math.sqrt(shape[shape.length - 1]);
            if (name.endsWith(".attn_out.weight") || name.matches(".*blocks\\.\\d+\\.ff_out\\.weight")) {
                deviation /= Math.sqrt(2 * architecture.layers());
            }
            KeyedDraws draws = KeyedDraws.of(seed, name.hashCode());
            for (int i = 0; i < values.length; i++) {
                values[i] = shape.length == 1 ? 1f : (float) (deviation * draws.nextGaussian());
            }
            backbone.put(name, shape, values);
        });
        return backbone;
    }

    private void put(String name, long[] shape, float[] values) {
        NDArray tensor = manager.create(FloatBuffer.wrap(values), new Shape(shape), DataType.FLOAT32);
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
        return Set.of(Architecture.PREFIX + "wte.weight", Architecture.PREFIX + "ff_out.weight");
    }

    /** Ids that batches are made with. */
    public TrainingBatch.SpecialTokens specialTokens() {
        return new TrainingBatch.SpecialTokens(architecture.maskId(), architecture.endId(), architecture.padId());
    }

    /** Embedding width {@code E}. */
    public int embeddingSize() {
        return architecture.width();
    }

    /** All weights as plain arrays, by their names in files, in file order. */
    Map<String, TensorFile.Tensor> export() {
        Map<String, TensorFile.Tensor> tensors = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> tensors.put(
                name, new TensorFile.Tensor(tensor.getShape().getShape(), tensor.toFloatArray())));
        return tensors;
    }

    /** Calls a method of the program on {@code (weights, ids, bias, more)}; gradients are recorded if the thread does. */
    NDList call(NDManager scope, String method, Batch batch, NDArray... more) {
        List<Object> arguments = new ArrayList<>(List.of(weightList(), batch.ids, batch.bias));
        arguments.addAll(List.of(more));
        return program.train(scope, method, arguments.toArray());
    }

    private NDList weightList() {
        List<NDArray> list = new ArrayList<>(weights.values());
        if (architecture.tied()) {
            list.add(2, list.get(0));
        }
        return new NDList(list);
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
