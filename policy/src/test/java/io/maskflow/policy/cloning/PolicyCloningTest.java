package io.maskflow.policy.cloning;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PolicyCloningTest {

    private static final StepSizePolicy RULE = new ConfidenceStepSize.Exponential(2, 8);

    @Test
    void theCloneTakesTheStepsOfItsTeacher() {
        PolicyNetwork start = PolicyNetwork.initial(PolicyShape.WIDE, 1);
        PolicyCloning.Clone clone =
                PolicyCloning.fit(start, RULE, SyntheticRows.draw(400, 2), new CloningSettings(600, 256, 1e-2, 30), 3);
        assertThat(Math.sqrt(clone.error())).isLessThan(0.02);
        StepSizePolicy.RowState fresh = SyntheticRows.draw(1, 99).get(0);
        double[] mu = new double[fresh.length()];
        double[] kappa = new double[fresh.length()];
        clone.network().heads(PolicyShape.WIDE.state().of(fresh), fresh.length(), mu, kappa);

        for (int i = 0; i < fresh.length(); i++) {
            assertThat(mu[i]).isCloseTo(fresh.confidence()[i], Offset.offset(0.08));
            assertThat(kappa[i]).isCloseTo(30, Offset.offset(3.0));
        }
    }

    @Test
    void cloningIsAFunctionOfItsInputs() {
        PolicyNetwork start = PolicyNetwork.initial(PolicyShape.PAPER, 1);
        CloningSettings few = new CloningSettings(20, 64, 1e-2, 0);
        double[] once = PolicyCloning.fit(start, RULE, SyntheticRows.draw(20, 2), few, 3)
                .network()
                .parameters();
        double[] again = PolicyCloning.fit(start, RULE, SyntheticRows.draw(20, 2), few, 3)
                .network()
                .parameters();
        assertThat(again).containsExactly(once);
    }

    /** An event that happens as often as the model is sure: what is learned is the confidence. */
    @Test
    void theChanceOfAnEventIsLearned() {
        List<StepSizePolicy.RowState> rows = SyntheticRows.draw(400, 2);
        RandomGenerator random = RandomStreams.of(5, "event", 0, 0, 0, 0);
        Map<StepSizePolicy.RowState, double[]> happened = new IdentityHashMap<>();
        double spread = 0;
        long count = 0;
        for (StepSizePolicy.RowState row : rows) {
            double[] events = new double[row.length()];
            for (int i = 0; i < events.length; i++) {
                double c = row.confidence()[i];
                events[i] = random.nextDouble() < c ? 1 : 0;
                if (row.active()[i]) {
                    spread += c * (1 - c);
                    count++;
                }
            }
            happened.put(row, events);
        }
        PolicyCloning.Clone clone = PolicyCloning.fitProbability(
                PolicyNetwork.initial(PolicyShape.WIDE, 1),
                happened::get,
                rows,
                new CloningSettings(2000, 256, 1e-2, 0),
                3);
        // the Brier score of the true chances is mean c (1 - c)
        assertThat(clone.error()).isCloseTo(spread / count, Offset.offset(0.01));
        StepSizePolicy.RowState fresh = SyntheticRows.draw(1, 99).get(0);
        double[] mu = new double[fresh.length()];
        clone.network().heads(PolicyShape.WIDE.state().of(fresh), fresh.length(), mu, new double[fresh.length()]);
        for (int i = 0; i < fresh.length(); i++) {
            assertThat(mu[i]).isCloseTo(fresh.confidence()[i], Offset.offset(0.15));
        }
    }
}
