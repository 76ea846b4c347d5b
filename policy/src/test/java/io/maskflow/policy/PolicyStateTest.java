package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyStateTest {

    /** Three positions with p(1) = .5, .7, .9; the middle one is committed. Step 2 of 8. */
    private static final RowState ROW = new RowState(
            new SampleKey(0, 0, 0, 0),
            2,
            8,
            0,
            new float[] {.5f, .2f, .1f, .1f, .7f, .1f, .1f, .05f, .9f, .05f, .02f, .01f},
            new float[] {.5f, .7f, .9f},
            new float[] {.1f, .2f, .3f},
            new boolean[] {true, false, true});

    private static float[] column(String feature) {
        return PolicyState.named(List.of(feature)).of(ROW);
    }

    @Test
    void aNeighbourThatIsCommittedOrMissingIsCertain() {
        assertThat(column("left")).containsExactly(1f, .5f, 1f);
        assertThat(column("right")).containsExactly(1f, .9f, 1f);
    }

    @Test
    void rankCountsTheOpenPositionsThatAreSurer() {
        assertThat(column("rank")).containsExactly(.5f, .5f, 0f); // open: .5 and .9
    }

    /** 6 of 8 steps are left: log2(6) / 8 = .3231; 3 positions in 8 steps: log2(3/8) / 4 = -.3538. */
    @Test
    void stepsLeftAndBudgetAreLogarithms() {
        assertThat(column("steps_left")[0]).isCloseTo(.3231f, org.assertj.core.api.Assertions.within(1e-4f));
        assertThat(column("budget")[0]).isCloseTo(-.3538f, org.assertj.core.api.Assertions.within(1e-4f));
    }
}
