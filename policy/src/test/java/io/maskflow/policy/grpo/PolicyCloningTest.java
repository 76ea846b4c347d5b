package io.maskflow.policy.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
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
            assertThat(mu[i]).isCloseTo(fresh.confidence()[i], org.assertj.core.data.Offset.offset(0.08));
            assertThat(kappa[i]).isCloseTo(30, org.assertj.core.data.Offset.offset(3.0));
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
}
