package io.maskflow.policy.grpo;

import static io.maskflow.policy.Golden.assertRelative;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.policy.Golden;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearnerBackendTest {

    private static final PolicyShape SHAPE =
            new PolicyShape(PolicyShape.WIDE.state(), 20, 0.002, 0.998, 2, 120, PolicyShape.WIDE.action());

    /** Gradient of the summed log probabilities with respect to every tensor, against PyTorch in float64. */
    @ParameterizedTest
    @EnumSource
    void goldenLogProbabilityGradients(Choice choice) {
        JsonNode golden = Golden.json("policy_forward.json");
        PolicyNetwork policy = Golden.policy();
        double[] features = Golden.flat(golden.get("features"));
        double[] y = Golden.doubles(golden.get("y"));
        double[] gradient = LearnerBackend.of(choice)
                .gradient(policy, features, (first, count, mu, kappa, dMu, dKappa) -> {
                    for (int r = 0; r < count; r++) {
                        StepDistribution.Slope slope =
                                new StepDistribution(mu[r], kappa[r]).logDensitySlope(y[first + r]);
                        dMu[r] = slope.mu();
                        dKappa[r] = slope.kappa();
                    }
                });
        int at = 0;
        for (Map.Entry<String, int[]> tensor : PolicyFile.tensorShapes(8, 32).entrySet()) {
            int count = java.util.Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b);
            JsonNode expected = golden.get("sum_log_prob_grad").get(tensor.getKey());
            double squares = 0;
            for (int i = 0; i < count; i++) {
                squares += gradient[at + i] * gradient[at + i];
            }
            assertRelative(
                    tensor.getKey(), Math.sqrt(squares), expected.get("norm").asDouble());
            double[] firstEntries = Golden.doubles(expected.get("first"));
            for (int i = 0; i < firstEntries.length; i++) {
                assertRelative(tensor.getKey() + " " + i, gradient[at + i], firstEntries[i]);
            }
            at += count;
        }
        assertThat(at).isEqualTo(gradient.length);
    }

    /** Every term of the loss on; central differences with step 1e-6 leave about 1e-9 of error on gradients near 1. */
    @ParameterizedTest
    @EnumSource
    void gradientsAreFiniteDifferencesOfTheLoss(Choice choice) {
        DecisionBatch batch = Batches.random(SHAPE, 150, 4, 1).comparedWith(PolicyNetwork.initial(SHAPE, 9));
        double[] parameters = PolicyNetwork.initial(SHAPE, 2).parameters();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += 0.1 * random.nextDouble();
        }
        for (KlEstimator estimator : KlEstimator.values()) {
            for (LossAverage average : LossAverage.values()) {
                ClippedSurrogate surrogate = new ClippedSurrogate(.2, .3, .04, estimator, .01);
                LearnerBackend backend = LearnerBackend.of(choice);
                double[] gradient = SurrogateGradient.of(
                                backend, new PolicyNetwork(SHAPE, parameters), batch, surrogate, average)
                        .mean();
                for (int n = 0; n < 40; n++) {
                    int i = random.nextInt(parameters.length);
                    double difference = (loss(parameters, i, 1e-6, batch, surrogate, average)
                                    - loss(parameters, i, -1e-6, batch, surrogate, average))
                            / 2e-6;
                    assertRelative("d loss / d parameter " + i, gradient[i], difference, 1e-6, 1e-2);
                }
            }
        }
    }

    private static double loss(
            double[] parameters,
            int i,
            double by,
            DecisionBatch batch,
            ClippedSurrogate surrogate,
            LossAverage average) {
        double[] moved = parameters.clone();
        moved[i] += by;
        return SurrogateGradient.of(
                        LearnerBackend.of(Choice.FASTEST), new PolicyNetwork(SHAPE, moved), batch, surrogate, average)
                .loss();
    }

    @Test
    void vectorAndScalarAreEqualToTheBit() {
        assertThat(gradient(Choice.FASTEST, 1000)).containsExactly(gradient(Choice.SCALAR, 1000));
    }

    @Test
    void nd4jAgreesToTwelveDigits() {
        double[] plain = gradient(Choice.SCALAR, 9000);
        double[] nd = gradient(Choice.ND4J, 9000);
        double norm = Math.sqrt(java.util.Arrays.stream(plain).map(g -> g * g).sum());
        for (int i = 0; i < plain.length; i++) {
            assertRelative("entry " + i, nd[i], plain[i], 1e-12, norm);
        }
    }

    private static double[] gradient(Choice choice, int count) {
        return SurrogateGradient.of(
                        LearnerBackend.of(choice),
                        PolicyNetwork.initial(SHAPE, 2),
                        Batches.random(SHAPE, count, 3, 7),
                        GrpoConfig.defaults().surrogate(),
                        LossAverage.TRAJECTORY_MEAN)
                .mean();
    }

    /** With ratio 1 the surrogate's gradient is the plain policy gradient {@code -mean A grad log p}. */
    @Test
    void ratioOneGivesThePlainPolicyGradient() {
        PolicyNetwork policy = PolicyNetwork.initial(SHAPE, 2);
        DecisionBatch batch = Batches.random(SHAPE, 200, 1, 5).drawnBy(policy);
        LearnerBackend backend = LearnerBackend.of(Choice.FASTEST);
        SurrogateGradient surrogate = SurrogateGradient.of(
                backend, policy, batch, GrpoConfig.defaults().surrogate(), LossAverage.TOKEN_MEAN);
        double[] plain = backend.gradient(policy, batch.states(0, 200), (first, count, mu, kappa, dMu, dKappa) -> {
            for (int r = 0; r < count; r++) {
                StepDistribution.Slope slope =
                        new StepDistribution(mu[r], kappa[r]).logDensitySlope(batch.latent[first + r]);
                dMu[r] = -batch.advantage[first + r] * slope.mu() / 200;
                dKappa[r] = -batch.advantage[first + r] * slope.kappa() / 200;
            }
        });
        double[] own = surrogate.mean();
        assertThat(surrogate.sums.ratioMin).isEqualTo(1);
        assertThat(surrogate.sums.ratioMax).isEqualTo(1);
        for (int i = 0; i < own.length; i++) {
            assertRelative("entry " + i, own[i], plain[i], 1e-10, 1e-3);
        }
    }

    @Test
    void groupsAddUpToTheWholeBatch() {
        PolicyNetwork policy = PolicyNetwork.initial(SHAPE, 2);
        DecisionBatch a = Batches.random(SHAPE, 90, 3, 5);
        DecisionBatch b = Batches.random(SHAPE, 70, 2, 6);
        LearnerBackend backend = LearnerBackend.of(Choice.FASTEST);
        ClippedSurrogate surrogate = GrpoConfig.defaults().surrogate();
        for (LossAverage average : LossAverage.values()) {
            double[] parts = SurrogateGradient.of(backend, policy, a, surrogate, average)
                    .add(SurrogateGradient.of(backend, policy, b, surrogate, average))
                    .mean();
            double[] whole = SurrogateGradient.of(
                            backend, policy, DecisionBatch.concatenated(java.util.List.of(a, b)), surrogate, average)
                    .mean();
            for (int i = 0; i < whole.length; i++) {
                assertRelative("entry " + i, parts[i], whole[i], 1e-12, 1);
            }
        }
    }
}
