package io.maskflow.alignment.recipe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter 2019) with a clip of the global gradient norm, for all weights in one engine call.
 *
 * <p>Not thread-safe. The state is in the manager handed in and is freed with it.
 */
public final class AdamW {

    /**
     * Settings.
     *
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param eps added to the root of the second moment, above 0
     * @param weightDecay decoupled decay, at least 0
     * @param clipNorm largest global gradient norm, above 0
     */
    public record Settings(double beta1, double beta2, double eps, double weightDecay, double clipNorm) {

        /** Checks the ranges. */
        public Settings {
            require(beta1 >= 0 && beta1 < 1, "beta1 must lie in [0, 1)", beta1);
            require(beta2 >= 0 && beta2 < 1, "beta2 must lie in [0, 1)", beta2);
            require(eps > 0, "eps must be above 0", eps);
            require(weightDecay >= 0, "weightDecay must be at least 0", weightDecay);
            require(clipNorm > 0, "clipNorm must be above 0", clipNorm);
        }

        /** Those of the built-in models. */
        public static Settings defaults() {
            return new Settings(0.9, 0.98, 1e-8, 0.01, 1.0);
        }

        /** The same without decay. */
        public Settings withoutDecay() {
            return new Settings(beta1, beta2, eps, 0, clipNorm);
        }

        private static void require(boolean holds, String rule, double value) {
            if (!holds) {
                throw new IllegalArgumentException("optimizer." + rule + ", was " + value);
            }
        }
    }

    private final Map<String, NDArray> weights;
    private final Map<String, NDArray> firstMoment = new LinkedHashMap<>();
    private final Map<String, NDArray> secondMoment = new LinkedHashMap<>();
    private final NDList steps = new NDList();
    private final TorchScript program;

    /**
     * An optimizer of some weights; its moments start at zero.
     *
     * @param manager keeps the moments
     * @param weights leaves with gradients, by name
     * @param settings decay, clip
     */
    public AdamW(NDManager manager, Map<String, NDArray> weights, Settings settings) {
        this.weights = weights;
        weights.forEach((name, tensor) -> {
            firstMoment.put(name, manager.zeros(tensor.getShape(), DataType.FLOAT32));
            secondMoment.put(name, manager.zeros(tensor.getShape(), DataType.FLOAT32));
            steps.add(manager.zeros(new Shape(), DataType.FLOAT32));
        });
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("beta1", settings.beta1());
        attributes.put("beta2", settings.beta2());
        attributes.put("eps", settings.eps());
        attributes.put("weight_decay", settings.weightDecay());
        attributes.put("clip_norm", settings.clipNorm());
        this.program = TorchScript.loadResource(manager, AdamW.class, "adamw.torchscript", attributes);
    }

    /**
     * One update of one group.
     *
     * @param scope short-lived manager
     * @param learningRate rate of this step
     * @return the gradient norm before the clip
     */
    public double step(NDManager scope, double learningRate) {
        return step(scope, List.of(this), new double[] {learningRate});
    }

    /**
     * One update with the gradients that the weights hold, which are zero afterwards. The norm is taken over all groups.
     *
     * @param scope short-lived manager
     * @param groups at least one; the first one's settings say where the clip is
     * @param rates rate of each group
     * @return the gradient norm before the clip
     */
    public static double step(NDManager scope, List<AdamW> groups, double[] rates) {
        AdamW first = groups.get(0);
        List<NDList> gradients =
                groups.stream().map(group -> group.gradients(scope)).toList();
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            if (groups.size() == 1) {
                return first.call(scope, "step", gradients.get(0), rates[0]);
            }
            NDList all = new NDList();
            gradients.forEach(all::addAll);
            double norm = first.program.train(scope, "clip", all).get(0).getFloat();
            for (int i = 0; i < rates.length; i++) {
                groups.get(i).call(scope, "update", gradients.get(i), rates[i]);
            }
            return norm;
        } finally {
            JniUtils.setGradMode(recording);
            groups.forEach(group -> group.weights.values().forEach(weight -> JniUtils.zeroGrad((PtNDArray) weight)));
        }
    }

    private NDList gradients(NDManager scope) {
        NDList gradients = new NDList();
        for (NDArray weight : weights.values()) {
            gradients.add(gradient(scope, weight));
        }
        return gradients;
    }

    /** The gradient of a leaf; zeros if nothing was differentiated by it yet. */
    public static NDArray gradient(NDManager scope, NDArray leaf) {
        NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
        if (gradient == null) {
            return scope.zeros(leaf.getShape(), DataType.FLOAT32);
        }
        gradient.attach(scope);
        return gradient;
    }

    private double call(NDManager scope, String method, NDList gradients, double rate) {
        NDArray number = program.train(
                        scope,
                        method,
                        new NDList(weights.values()),
                        gradients,
                        new NDList(firstMoment.values()),
                        new NDList(secondMoment.values()),
                        steps,
                        scope.create(rate))
                .get(0);
        return number.getDataType() == DataType.FLOAT64 ? number.getDouble() : number.getFloat();
    }

    /** The moments, as {@code first.NAME} and {@code second.NAME}. */
    public Map<String, NDArray> moments() {
        Map<String, NDArray> moments = new LinkedHashMap<>();
        firstMoment.forEach((name, tensor) -> moments.put("first." + name, tensor));
        secondMoment.forEach((name, tensor) -> moments.put("second." + name, tensor));
        return moments;
    }

    /** Says how many updates the moments have seen, after their values were restored. */
    public void setUpdates(long updates) {
        steps.forEach(count -> count.set(new float[] {updates}));
    }
}
