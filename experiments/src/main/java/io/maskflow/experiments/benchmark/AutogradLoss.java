package io.maskflow.experiments.benchmark;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.DecisionBatch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The clipped loss written with the engine's operations in double precision and differentiated by the engine: the plain
 * way that the learner's hand-derived gradients are measured beside. Mean over decisions, without divergence or entropy
 * terms.
 */
final class AutogradLoss implements AutoCloseable {

    /** Decisions per graph: a larger one would not fit into memory. */
    private static final int CHUNK = 65_536;

    private final NDManager manager = NDManager.newBaseManager();
    private final PolicyShape shape;
    private final double clipLow;
    private final double clipHigh;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();

    AutogradLoss(PolicyNetwork policy, double clipLow, double clipHigh) {
        this.shape = policy.shape();
        this.clipLow = clipLow;
        this.clipHigh = clipHigh;
        double[] parameters = policy.parameters();
        int at = 0;
        for (Map.Entry<String, int[]> entry :
                PolicyFile.tensorShapes(shape.state().size(), shape.hidden()).entrySet()) {
            Shape tensor =
                    new Shape(Arrays.stream(entry.getValue()).asLongStream().toArray());
            int count = (int) tensor.size();
            NDArray weight = manager.create(Arrays.copyOfRange(parameters, at, at + count), tensor);
            weight.setRequiresGradient(true);
            weights.put(entry.getKey(), weight);
            at += count;
        }
    }

    /** Gradient of the mean loss with respect to all parameters, in the order of the policy file. */
    double[] gradient(DecisionBatch batch) {
        double[] sum = new double[shape.parameterCount()];
        for (int from = 0; from < batch.count(); from += CHUNK) {
            int to = Math.min(batch.count(), from + CHUNK);
            try (NDManager scope = manager.newSubManager();
                    GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = loss(scope, batch, from, to);
                collector.backward(loss);
                int at = 0;
                for (NDArray weight : weights.values()) {
                    NDArray gradient = weight.getGradient();
                    gradient.attach(scope);
                    for (double g : gradient.toDoubleArray()) {
                        sum[at++] += g / batch.count();
                    }
                    gradient.subi(gradient);
                }
            }
        }
        return sum;
    }

    private NDArray loss(NDManager scope, DecisionBatch batch, int from, int to) {
        NDArray s = scope.create(
                batch.states(from, to), new Shape(to - from, shape.state().size()));
        NDArray h1 = silu(linear(s, "mlp.0")); // [D, H]
        NDArray h2 = silu(linear(h1, "mlp.2")); // [D, H]
        NDArray mu = between(linear(h2, "mu"), shape.muMin(), shape.muMax()); // [D]
        NDArray kappa = between(linear(h2, "kappa"), shape.kappaMin(), shape.kappaMax()); // [D]
        NDArray y = scope.create(batch.latents(from, to));
        NDArray a = scope.create(batch.advantages(from, to));
        NDArray old = scope.create(batch.oldLogProbabilities(from, to));
        NDArray alpha = mu.mul(kappa);
        NDArray beta = kappa.sub(alpha);
        NDArray logBeta = alpha.gammaln().add(beta.gammaln()).sub(kappa.gammaln());
        NDArray logP = alpha.sub(1)
                .mul(y.log())
                .add(beta.sub(1).mul(y.mul(-1).add(1).log()))
                .sub(logBeta);
        NDArray ratio = logP.sub(old).exp();
        NDArray clipped = ratio.maximum(1 - clipLow).minimum(1 + clipHigh);
        return ratio.mul(a).minimum(clipped.mul(a)).sum().neg();
    }

    private NDArray linear(NDArray x, String name) {
        NDArray weight = weights.get(name + ".weight").transpose();
        weight.attach(x.getManager());
        return x.matMul(weight).add(weights.get(name + ".bias"));
    }

    private static NDArray between(NDArray logit, double low, double high) {
        return sigmoid(logit).mul(high - low).add(low).squeeze(1);
    }

    private static NDArray sigmoid(NDArray z) {
        return Activation.sigmoid(new NDList(z)).singletonOrThrow();
    }

    private static NDArray silu(NDArray z) {
        return z.mul(sigmoid(z));
    }

    @Override
    public void close() {
        manager.close();
    }
}
