package io.maskflow.experiments.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.tensor.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The floor under a model call: nothing but the products of the activations with every weight matrix of a checkpoint, in
 * float32, one after the other; the vocabulary matrix once, for the response only. Products between activations
 * (attention) are left out, so a model call cannot reach it.
 */
final class MatrixProducts {

    private MatrixProducts() {}

    /**
     * The median time of all products together.
     *
     * @param folder model folder
     * @param vocabulary rows of the matrices that are embedding or head
     * @param positions rows of the activations
     * @param wanted rows of the activations that go through the head
     * @param repeats at least 1
     * @return milliseconds; empty where the checkpoint holds expert matrices, which only some positions pass
     */
    static OptionalDouble millis(Path folder, int vocabulary, int positions, int wanted, int repeats) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        List<Shape> matrices = new ArrayList<>();
        Shape head = null;
        for (String name : checkpoint.names()) {
            if (name.contains("experts")) {
                return OptionalDouble.empty();
            }
            Shape shape = checkpoint.fileOf(name).tensor(name).shape();
            if (shape.dimension() == 2 && shape.get(0) == vocabulary) {
                head = shape;
            } else if (shape.dimension() == 2) {
                matrices.add(shape);
            }
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            List<NDArray> weights = new ArrayList<>();
            List<NDArray> inputs = new ArrayList<>();
            for (Shape shape : matrices) {
                weights.add(manager.ones(new Shape(shape.get(1), shape.get(0))));
                inputs.add(manager.ones(new Shape(positions, shape.get(1))));
            }
            if (head != null) {
                weights.add(manager.ones(new Shape(head.get(1), head.get(0))));
                inputs.add(manager.ones(new Shape(wanted, head.get(1))));
            }
            double[] millis = new double[repeats];
            for (int i = -1; i < repeats; i++) {
                long start = System.nanoTime();
                for (int m = 0; m < weights.size(); m++) {
                    inputs.get(m).matMul(weights.get(m)).close();
                }
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - start) / 1e6;
                }
            }
            Arrays.sort(millis);
            return OptionalDouble.of(millis[repeats / 2]);
        }
    }
}
