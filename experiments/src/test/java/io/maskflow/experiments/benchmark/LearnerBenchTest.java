package io.maskflow.experiments.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GrpoConfig;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearnerBenchTest {

    private static final LearnerBench.Settings SMALL = new LearnerBench.Settings(300, 128, 16, 2, 1, 0, true);

    @Test
    void everyBackendIsMeasuredOnTheSameDecisions() {
        Map<String, LearnerBench.Cost> costs = LearnerBench.run(SMALL);
        assertThat(costs).containsOnlyKeys("vector", "scalar", "nd4j", "autograd", "behaviour", "products");
        assertThat(costs.values()).allMatch(cost -> cost.cpuSeconds() >= 0 && cost.wallSeconds() > 0);
    }

    /** What autograd is timed on is the very gradient that the learner computes. */
    @Test
    void autogradComputesTheLearnersGradient() {
        PolicyNetwork policy = PolicyNetwork.initial(PolicyShape.PAPER, 1);
        DecisionBatch batch = LearnerBench.decisions(PolicyShape.PAPER, SMALL);
        double[] own = SurrogateGradient.of(
                        LearnerBackend.of(Choice.FASTEST),
                        policy,
                        batch,
                        GrpoConfig.defaults().surrogate(),
                        LossAverage.TOKEN_MEAN)
                .mean();
        GrpoConfig grpo = GrpoConfig.defaults();
        try (AutogradLoss loss = new AutogradLoss(policy, grpo.clipLow(), grpo.clipHigh())) {
            double[] first = loss.gradient(batch);
            double[] second = loss.gradient(batch); // nothing is left of the first
            for (int i = 0; i < own.length; i++) {
                assertThat(first[i]).as("entry %d", i).isCloseTo(own[i], within(1e-12));
                assertThat(second[i]).as("entry %d again", i).isCloseTo(own[i], within(1e-12));
            }
        }
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new LearnerBench.Settings(10, 0, 16, 1, 1, 0, false))
                .hasMessage("--trajectory must be at least 1, was 0");
    }
}
