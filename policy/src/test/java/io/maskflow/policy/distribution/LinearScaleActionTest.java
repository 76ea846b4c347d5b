package io.maskflow.policy.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearScaleActionTest {

    private static final LinearScaleAction LINEAR = new LinearScaleAction(1.0 / 256, 1);

    /** {@code 1/256 + 0.5 (255/256) = 0.501953125}, where the logarithmic scale has 1/16. */
    @Test
    void halfOfTheLatentIsHalfOfTheRange() {
        assertThat(LINEAR.of(0.5)).isCloseTo(0.501953125, within(1e-15));
        assertThat(LogScaleAction.PAPER.of(0.5)).isCloseTo(0.0625, within(1e-15));
        assertThat(LINEAR.log2(0)).isCloseTo(-8, within(1e-12));
    }

    @Test
    void fractionAndLatentGoThereAndBack() {
        for (double y = 0; y <= 1; y += 0.05) {
            assertThat(LINEAR.latent(LINEAR.of(y))).isCloseTo(y, within(1e-12));
        }
    }

    /** The expectation of a linear function is the function of the expectation, {@code 3/4} of Beta(6, 2). */
    @Test
    void theExpectedActionIsThatOfTheMean() {
        assertThat(LINEAR.expectation(6, 8)).isCloseTo(LINEAR.of(0.75), within(1e-15));
    }

    @Test
    void theScaleIsReadBackFromAFile(@TempDir Path folder) throws IOException {
        PolicyShape wide = PolicyShape.WIDE;
        PolicyShape shape = new PolicyShape(wide.state(), 4, wide.muMin(), wide.muMax(), 2, 120, LINEAR);
        PolicyFile.write(folder.resolve("policy"), PolicyNetwork.initial(shape, 1));
        assertThat(PolicyFile.read(folder.resolve("policy")).shape()).isEqualTo(shape);
        assertThatThrownBy(() -> ActionScale.of("square", 0.1, 1))
                .hasMessageContaining("log or linear, was \"square\"");
    }
}
