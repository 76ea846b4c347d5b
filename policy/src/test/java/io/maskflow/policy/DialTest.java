package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.PositionMemory;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The price of a model call as an input of the policy, and what a position remembers. */
class DialTest {

    private static final PriceRange RANGE = new PriceRange(0.05, 2);
    private static final PolicyShape SHAPE = new PolicyShape(
            PolicyState.named(List.of("p1", "price")), 6, 0.01, 0.99, 2, 60, LogScaleAction.PAPER, RANGE);

    @TempDir
    Path folder;

    private static RowState row(double price, PositionMemory memory) {
        return new RowState(
                new SampleKey(0, 0, 0, 0),
                2,
                8,
                0,
                new float[] {.5f, .2f, .1f, .1f, .9f, .05f, .02f, .01f},
                new float[] {.5f, .9f},
                new float[] {.1f, .3f},
                new boolean[] {true, true},
                price,
                memory);
    }

    @Test
    void thePriceIsSeenOnALogarithmicScale() {
        PolicyState state = PolicyState.named(List.of("price"));
        assertThat(state.of(row(1, PositionMemory.NONE))).containsExactly(0f, 0f);
        assertThat(state.of(row(0.25, PositionMemory.NONE))).containsExactly(-0.5f, -0.5f);
    }

    @Test
    void memoryIsWhatThePositionsHaveLivedThrough() {
        PositionMemory memory = new PositionMemory(
                new int[] {0, 3}, new float[] {.25f, -.5f}, new float[] {.1f, .2f}, new int[] {1, 0});
        PolicyState state = PolicyState.named(List.of("steady", "change", "divergence", "re_edits"));
        assertThat(state.remembers()).isTrue();
        assertThat(state.of(row(0, memory)))
                .containsExactly(new float[] {0, .25f, .1f, .25f, .5f, -.5f, .2f, 0}, within(1e-7f));
        assertThat(PolicyState.PAPER.remembers()).isFalse();
    }

    @Test
    void theDialOverridesTheRowAndMustLieInTheRange() {
        BetaStepSizePolicy policy = BetaStepSizePolicy.expected(PolicyNetwork.initial(SHAPE, 1));
        float[] cheap = policy.choose(row(0.05, PositionMemory.NONE)).a();
        assertThat(policy.at(0.05).choose(row(2, PositionMemory.NONE)).a()).containsExactly(cheap);
        assertThat(policy.choose(row(2, PositionMemory.NONE)).a()).isNotEqualTo(cheap);
        assertThatThrownBy(() -> policy.at(3))
                .hasMessage("price must lie in [0.05, 2.0], the range that the policy was trained for, was 3.0");
        assertThatThrownBy(() -> policy.choose(row(0, PositionMemory.NONE))).hasMessageContaining("was not given");
        BetaStepSizePolicy plain = BetaStepSizePolicy.expected(PolicyNetwork.initial(PolicyShape.PAPER, 1));
        assertThatThrownBy(() -> plain.at(1)).hasMessageContaining("the policy has no dial");
    }

    @Test
    void theRangeTravelsWithThePolicy() throws IOException {
        Path file = folder.resolve("policy.safetensors");
        PolicyFile.write(file, PolicyNetwork.initial(SHAPE, 1));
        assertThat(PolicyFile.read(file).shape()).isEqualTo(SHAPE);
        assertThatThrownBy(() -> new PolicyShape(
                        PolicyState.named(List.of("price")), 6, 0.01, 0.99, 2, 60, LogScaleAction.PAPER))
                .hasMessageContaining("needs the range of prices");
    }

    @Test
    void pricesAreDrawnEvenlyOnTheLogarithmicScaleByIdentityAlone() {
        int[] fifths = new int[5];
        for (int prompt = 0; prompt < 5000; prompt++) {
            double price = RANGE.draw(7, 3, prompt);
            assertThat(RANGE.holds(price)).isTrue();
            fifths[(int) Math.min(4, 5 * RANGE.place(price))]++;
        }
        // 1000 expected, standard deviation 28: beyond five of them one run in 350 thousand fails by chance
        for (int count : fifths) {
            assertThat(count).isBetween(860, 1140);
        }
        assertThat(RANGE.draw(7, 3, 1)).isEqualTo(RANGE.draw(7, 3, 1)).isNotEqualTo(RANGE.draw(7, 4, 1));
        assertThat(RANGE.at(0)).isEqualTo(0.05);
        assertThat(RANGE.at(1)).isEqualTo(2);
        assertThat(RANGE.at(RANGE.place(0.3))).isEqualTo(0.3, within(1e-12));
        assertThat(PriceRange.NONE.draw(1, 2, 3)).isZero();
    }
}
