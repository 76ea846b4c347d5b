package io.maskflow.experiments.training.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.PositionMemory;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.policy.PriceRange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a policy with a dial is taught before training. */
class WarmStartTest {

    private static final PriceRange PRICES = new PriceRange(0.1, 10);

    private static WarmStart start(List<Double> exponents, List<Double> fullFrom) {
        WarmStart plain = WarmStart.defaults();
        return new WarmStart(plain.rules(), exponents, fullFrom, plain.rows(), plain.cloning());
    }

    private static float fraction(WarmStart start, double price, float confidence) {
        StepSizePolicy.RowState row = new StepSizePolicy.RowState(
                new SampleKey(0, 0, 0, 0),
                0,
                4,
                0,
                new float[4],
                new float[] {confidence},
                new float[1],
                new boolean[] {true},
                price,
                PositionMemory.NONE);
        return start.teacher(PRICES, 4).choose(row).a()[0];
    }

    @Test
    void theRuleTurnsWithThePrice() {
        WarmStart start = start(List.of(16.0, 4.0), List.of(1.0, 0.8));
        assertThat(fraction(start, 0.1, 0.9f)).isCloseTo((float) Math.pow(0.9, 16), within(1e-6f));
        assertThat(fraction(start, 10, 0.4f)).isCloseTo(0.0625f, within(1e-6f)); // (0.4 / 0.8)^4
        assertThat(fraction(start, 10, 0.85f)).isEqualTo(1);
        assertThat(fraction(start, 1, 0.45f)).isCloseTo(1f / 256, within(1e-6f)); // midway: (0.45 / 0.9)^8
    }

    @Test
    void withoutBoundsItIsThePlainPower() {
        assertThat(fraction(start(List.of(16.0, 4.0), List.of()), 1, 0.5f)).isCloseTo(1f / 256, within(1e-6f));
    }

    @Test
    void boundsNeedExponentsAndTheirRange() {
        String wanted =
                "warmStart.fullFrom must be two numbers in (0, 1] beside exponents, at the lowest and at the highest"
                        + " price, was ";
        assertThatThrownBy(() -> start(List.of(), List.of(1.0, 0.8))).hasMessage(wanted + "[1.0, 0.8]");
        assertThatThrownBy(() -> start(List.of(4.0, 1.0), List.of(0.8))).hasMessage(wanted + "[0.8]");
        assertThatThrownBy(() -> start(List.of(4.0, 1.0), List.of(0.8, 0.0))).hasMessage(wanted + "[0.8, 0.0]");
    }
}
