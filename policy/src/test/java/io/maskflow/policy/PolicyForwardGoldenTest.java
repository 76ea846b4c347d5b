package io.maskflow.policy;

import static io.maskflow.policy.Golden.assertRelative;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.policy.distribution.StepDistribution;
import org.junit.jupiter.api.Test;

class PolicyForwardGoldenTest {

    @Test
    void featuresHeadsExpectationsAndLogProbabilities() {
        JsonNode golden = Golden.json("policy_forward.json");
        PolicyNetwork policy = Golden.policy();
        for (int i = 0; i < golden.get("logits").size(); i++) {
            double[] features = Golden.doubles(golden.get("features").get(i));
            double[] own = PolicyState.paper(
                    topFour(
                            Golden.doubles(golden.get("logits").get(i)),
                            golden.get("mask_id").asInt()),
                    golden.get("t").get(i).asDouble(),
                    golden.get("rho").asDouble());
            for (int f = 0; f < features.length; f++) {
                assertRelative("feature " + f + " of row " + i, own[f], features[f]);
            }
            StepDistribution beta = policy.distribution(features);
            assertRelative("mu", beta.mu(), golden.get("mu").get(i).asDouble());
            assertRelative("kappa", beta.kappa(), golden.get("kappa").get(i).asDouble());
            assertRelative(
                    "E[a]",
                    policy.shape().action().expectation(beta),
                    golden.get("expected_a").get(i).asDouble());
            assertRelative(
                    "log p(y)",
                    beta.logDensity(golden.get("y").get(i).asDouble()),
                    golden.get("log_prob").get(i).asDouble());
        }
    }

    /** The four largest of the softmax without the mask token. */
    private static double[] topFour(double[] logits, int maskId) {
        double max = Double.NEGATIVE_INFINITY;
        for (int v = 0; v < logits.length; v++) {
            max = v == maskId ? max : Math.max(max, logits[v]);
        }
        double sum = 0;
        double[] p = new double[logits.length];
        for (int v = 0; v < logits.length; v++) {
            p[v] = v == maskId ? 0 : Math.exp(logits[v] - max);
            sum += p[v];
        }
        java.util.Arrays.sort(p);
        int n = p.length;
        return new double[] {p[n - 1] / sum, p[n - 2] / sum, p[n - 3] / sum, p[n - 4] / sum};
    }
}
