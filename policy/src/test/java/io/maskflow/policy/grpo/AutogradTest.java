package io.maskflow.policy.grpo;

import static io.maskflow.policy.Golden.assertRelative;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The hand-derived gradient against automatic differentiation of the whole loss by the engine, in double. */
class AutogradTest {

    private static final PolicyShape SHAPE =
            new PolicyShape(PolicyShape.WIDE.state(), 24, .002, .998, 2, 120, PolicyShape.WIDE.action());
    private static final double KL = 0.05;

    @Test
    void lossAndGradientsAgree() {
        PolicyNetwork policy = PolicyNetwork.initial(SHAPE, 4);
        PolicyNetwork reference = PolicyNetwork.initial(SHAPE, 5);
        DecisionBatch batch = Batches.random(SHAPE, 300, 1, 6).comparedWith(reference);
        SurrogateGradient own = SurrogateGradient.of(
                LearnerBackend.of(Choice.FASTEST),
                policy,
                batch,
                new ClippedSurrogate(.2, .2, KL, KlEstimator.K3, 0),
                LossAverage.TOKEN_MEAN);
        double[] gradient = own.mean();
        double norm =
                Math.sqrt(java.util.Arrays.stream(gradient).map(g -> g * g).sum());
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> tensors = tensors(manager, policy);
            tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = loss(manager, tensors, batch);
                assertRelative("loss", own.loss(), loss.getDouble(), 1e-11, 1);
                collector.backward(loss);
            }
            int at = 0;
            for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
                double[] expected = tensor.getValue().getGradient().toDoubleArray();
                for (double value : expected) {
                    assertRelative(tensor.getKey(), gradient[at++], value, 1e-11, norm);
                }
            }
        }
    }

    private static Map<String, NDArray> tensors(NDManager manager, PolicyNetwork policy) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        double[] parameters = policy.parameters();
        int at = 0;
        for (Map.Entry<String, int[]> entry :
                PolicyFile.tensorShapes(8, SHAPE.hidden()).entrySet()) {
            long[] shape =
                    java.util.Arrays.stream(entry.getValue()).asLongStream().toArray();
            int count = (int) new Shape(shape).size();
            double[] values = java.util.Arrays.copyOfRange(parameters, at, at + count);
            tensors.put(entry.getKey(), manager.create(values, new Shape(shape)));
            at += count;
        }
        return tensors;
    }

    /** The loss written again with the engine's operations. */
    private static NDArray loss(NDManager manager, Map<String, NDArray> w, DecisionBatch batch) {
        NDArray s = manager.create(batch.features, new Shape(batch.count(), 8)).toType(DataType.FLOAT64, false);
        NDArray h1 = silu(linear(s, w, "mlp.0"));
        NDArray h2 = silu(linear(h1, w, "mlp.2"));
        NDArray mu = sigmoid(linear(h2, w, "mu"))
                .mul(SHAPE.muMax() - SHAPE.muMin())
                .add(SHAPE.muMin())
                .squeeze(1);
        NDArray kappa = sigmoid(linear(h2, w, "kappa"))
                .mul(SHAPE.kappaMax() - SHAPE.kappaMin())
                .add(SHAPE.kappaMin())
                .squeeze(1);
        NDArray y = manager.create(batch.latent);
        NDArray logP = logDensity(mu, kappa, y);
        NDArray ratio = logP.sub(manager.create(batch.oldLogProbability)).exp();
        NDArray a = manager.create(batch.advantage);
        NDArray surrogate = ratio.mul(a).minimum(ratio.maximum(.8).minimum(1.2).mul(a));
        NDArray behind = logDensity(manager.create(batch.referenceMu), manager.create(batch.referenceKappa), y)
                .sub(logP);
        NDArray divergence = behind.exp().sub(behind).sub(1);
        return divergence.mul(KL).sub(surrogate).mean();
    }

    private static NDArray linear(NDArray x, Map<String, NDArray> w, String name) {
        return x.matMul(w.get(name + ".weight").transpose()).add(w.get(name + ".bias"));
    }

    private static NDArray sigmoid(NDArray z) {
        return ai.djl.nn.Activation.sigmoid(new NDList(z)).singletonOrThrow();
    }

    private static NDArray silu(NDArray z) {
        return z.mul(sigmoid(z));
    }

    private static NDArray logDensity(NDArray mu, NDArray kappa, NDArray y) {
        NDArray alpha = mu.mul(kappa);
        NDArray beta = kappa.sub(alpha);
        NDArray logBeta = alpha.gammaln().add(beta.gammaln()).sub(kappa.gammaln());
        return alpha.sub(1)
                .mul(y.log())
                .add(beta.sub(1).mul(y.mul(-1).add(1).log()))
                .sub(logBeta);
    }
}
