package io.maskflow.decoder.softmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftMaskTest {

    @Test
    void eq2IsAScaledSigmoidOfTheNegativeEntropy() {
        SoftMask soft = new SoftMask(0.6, 2, -1, 3, 1);
        assertThat(soft.lambda(-1)).isCloseTo(0.3, within(1e-12)); // at the offset: half of the scale
        // 2 (-0.5 + 1) = 1: 0.6 / (1 + e^-1) = 0.6 * 0.7310585786
        assertThat(soft.lambda(-0.5)).isCloseTo(0.43863514717, within(1e-10));
        assertThat(soft.lambda(0)).isGreaterThan(soft.lambda(-3));
    }

    @Test
    void sharesOfTheTopKSumToOne() {
        assertThat(SoftMask.normalised(new double[] {0.4, 0.2, 0.2})).containsExactly(0.5, 0.25, 0.25);
    }

    @Test
    void rawParametersAndBackAgain() {
        SoftMask soft = new SoftMask(0.3, 6.5, -0.75, 3, 0.8);
        SoftMask again = RawSoftMask.of(soft).bounded(3);
        assertThat(again.omegaS()).isCloseTo(0.3, within(1e-12));
        assertThat(again.omegaA()).isCloseTo(6.5, within(1e-12));
        assertThat(again.omegaB()).isCloseTo(-0.75, within(1e-12));
        assertThat(again.temperature()).isCloseTo(0.8, within(1e-12));
        assertThatThrownBy(() -> RawSoftMask.of(new SoftMask(1, 1, -1, 1, 1))).hasMessageContaining("(0, 1)");
    }

    @Test
    void stepwiseSchedulesSwitchAtTheThreshold() {
        var late = new FeedbackSchedule(FeedbackSchedule.Shape.BINARY_TO_SM_STEP, FeedbackSchedule.Clock.STEPS, 0.25);
        assertThat(late.factor(0.5)).isZero();
        assertThat(late.factor(0.25)).isEqualTo(1);
        var early = new FeedbackSchedule(FeedbackSchedule.Shape.SM_TO_BINARY_STEP, FeedbackSchedule.Clock.STEPS, 0.25);
        assertThat(early.factor(0.25)).isEqualTo(1);
        assertThat(early.factor(0.125)).isZero();
        var published =
                new FeedbackSchedule(FeedbackSchedule.Shape.SM_TO_BINARY_STEP, FeedbackSchedule.Clock.MASKED, 0.25);
        assertThat(published.factor(0.25)).isZero();
    }

    @Test
    void parametersOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new SoftMask(1.5, 1, -1, 1, 1)).hasMessage("omegaS must lie in [0, 1], was 1.5");
        assertThatThrownBy(() -> new SoftMask(0.5, -1, -1, 1, 1)).hasMessageContaining("omegaA");
        assertThatThrownBy(() -> new SoftMask(0.5, 1, 1, 1, 1)).hasMessageContaining("omegaB");
        assertThatThrownBy(() -> new SoftMask(0.5, 1, -1, 1, 0)).hasMessageContaining("temperature");
    }

    @Test
    void learnedParametersStandBesideTheModel(@TempDir Path folder) throws IOException {
        SoftMask soft = new SoftMask(0.25, 7.5, -0.5, 0, 0.9);
        assertThat(SoftMaskFile.in(folder)).isFalse();
        SoftMaskFile.write(folder, soft);
        assertThat(SoftMaskFile.read(folder)).isEqualTo(soft);
        Files.writeString(folder.resolve(SoftMaskFile.NAME), "{\"omega_s\": \"much\"}");
        assertThatThrownBy(() -> SoftMaskFile.read(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("omega_s must be a number");
    }
}
