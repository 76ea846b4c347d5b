package io.maskflow.decoder.backbone.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.tensor.BFloat16;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.FiniteWeights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tensors of a network by name and shape, in the order in which its program takes them: what a family says about its
 * checkpoints. The first one is the input embedding.
 */
public final class WeightList {

    private static final Logger LOG = LoggerFactory.getLogger(WeightList.class);

    /** Vocabulary matrices up to this size stay float32 in a bfloat16 network: its logits then have no rounding ties. */
    private static final long SMALL_VOCABULARY = 8_000_000;

    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();
    private final List<Integer> blocks = new ArrayList<>();
    private final Set<String> vocabulary = new HashSet<>();
    private final Set<String> exact = new HashSet<>();
    private final Set<String> optional = new HashSet<>();
    private String tiedHead;

    /**
     * Adds a tensor. One with a single dimension stays float32 in a bfloat16 network.
     *
     * @param name its name in checkpoints
     * @param shape its dimensions
     * @return this list
     */
    public WeightList add(String name, long... shape) {
        shapes.put(name, new Shape(shape));
        order.add(name);
        return this;
    }

    /** Adds a matrix with a row per token: embedding or output layer. */
    public WeightList addVocabulary(String name, long... shape) {
        vocabulary.add(name);
        return add(name, shape);
    }

    /**
     * Adds the output layer, a matrix of its own or the input embedding again. Checkpoints of a tied model may hold it all
     * the same: an equal copy is left aside, another matrix is used with a warning.
     *
     * @param name its name in checkpoints
     * @param tied whether it is the embedding, the first tensor of this list
     * @param shape its dimensions
     * @return this list
     */
    public WeightList addHead(String name, boolean tied, long... shape) {
        if (tied) {
            tiedHead = name;
            vocabulary.add(name);
            order.add(order.get(0));
            return ignore(name, shape);
        }
        return addVocabulary(name, shape);
    }

    /** Says that the tensors from here on belong to the next block. */
    public WeightList startBlock() {
        blocks.add(order.size());
        return this;
    }

    /** Adds {@code name.weight [to, from]} and {@code name.bias [to]}. */
    public WeightList addAffine(String name, long to, long from) {
        add(name + ".weight", to, from);
        return add(name + ".bias", to);
    }

    /** Adds a matrix that stays float32 in a bfloat16 network. */
    public WeightList addExact(String name, long... shape) {
        exact.add(name);
        return add(name, shape);
    }

    /** Names a tensor that checkpoints may hold and the network does not need. */
    public WeightList ignore(String name, long... shape) {
        shapes.put(name, new Shape(shape));
        optional.add(name);
        return this;
    }

    /** The tensors that a checkpoint must hold, with their shapes, in the order of the program without repetitions. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> required = new LinkedHashMap<>(shapes);
        required.keySet().removeAll(optional);
        return Collections.unmodifiableMap(required);
    }

    /** All names in the order of the program, repetitions included. */
    public List<String> order() {
        return Collections.unmodifiableList(order);
    }

    /** Names of the tensors before the first block, in the order of the program. */
    public List<String> outerOrder() {
        return order().subList(0, blocks.get(0));
    }

    /** Names of a block's tensors, in the order of the program. */
    public List<String> blockOrder(int block) {
        return order().subList(blocks.get(block), block + 1 < blocks.size() ? blocks.get(block + 1) : order.size());
    }

    /** Whether a matrix stays float32 beside bfloat16 ones. */
    public boolean isExact(String name) {
        return exact.contains(name);
    }

    /**
     * Refuses a checkpoint that does not hold exactly these tensors.
     *
     * @param checkpoint the weights; headers only are read
     * @throws io.maskflow.decoder.tensor.CheckpointException naming missing and surplus tensors and wrong shapes
     */
    public void check(Checkpoint checkpoint) {
        Map<String, Shape> expected = new LinkedHashMap<>(shapes());
        optional.stream().filter(checkpoint.names()::contains).forEach(name -> expected.put(name, shapes.get(name)));
        checkpoint.require(expected);
    }

    /**
     * Whether a checkpoint of a tied model holds an output layer that is not the embedding. Reads both.
     *
     * @param checkpoint the weights, {@link #check checked}
     */
    public boolean headDiffers(Checkpoint checkpoint) {
        return tiedHead != null
                && checkpoint.names().contains(tiedHead)
                && !checkpoint.areEqual(tiedHead, order.get(0));
    }

    /**
     * Loads the weights as the program takes them. F32 tensors for a float32 network and BF16 tensors for a bfloat16
     * one are mapped, not copied.
     *
     * @param manager owner of the arrays
     * @param checkpoint the weights, {@link #check checked}
     * @param bfloat16 matrices become bfloat16
     * @return the arrays in order
     * @throws io.maskflow.decoder.tensor.CheckpointException if a tensor holds NaN or infinite numbers
     */
    public NDList load(NDManager manager, Checkpoint checkpoint, boolean bfloat16) {
        List<String> names = order;
        if (headDiffers(checkpoint)) {
            LOG.warn(
                    "{}: tie_word_embeddings (weight_tying) is true, but {} is stored and is not the embedding; the stored"
                            + " one is used",
                    checkpoint.folder(),
                    tiedHead);
            names = new ArrayList<>(order);
            names.set(names.lastIndexOf(order.get(0)), tiedHead);
        }
        try (FiniteWeights finite = new FiniteWeights(manager);
                BFloat16 maker = new BFloat16(manager)) {
            return load(
                    names,
                    name -> finite.require(
                            checkpoint,
                            name,
                            bfloat16 && narrow(name)
                                    ? maker.array(checkpoint, name)
                                    : checkpoint.floatArray(manager, name)));
        }
    }

    private boolean narrow(String name) {
        Shape shape = shapes.get(name);
        boolean small = vocabulary.contains(name) && shape.size() <= SMALL_VOCABULARY;
        return shape.dimension() > 1 && !exact.contains(name) && !small;
    }

    private static NDList load(List<String> names, Function<String, NDArray> source) {
        Map<String, NDArray> loaded = new HashMap<>();
        NDList list = new NDList(names.size());
        names.forEach(name -> list.add(loaded.computeIfAbsent(name, source)));
        return list;
    }
}
