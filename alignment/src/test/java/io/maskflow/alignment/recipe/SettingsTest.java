package io.maskflow.alignment.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.alignment.PretrainConfig;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.network.TinyModel;
import io.maskflow.alignment.objective.Objective;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final LearningRate.Shape CONSTANT = LearningRate.Shape.CONSTANT;
    private static final MaskedCrossEntropy.Reduction MEAN = MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED;

    @Test
    void theRateRisesThenFallsAsAskedFor() {
        LearningRate cosine = new LearningRate(2e-3, 10, LearningRate.Shape.COSINE, 0.1);
        assertThat(cosine.at(0, 110)).isCloseTo(2e-4, within(1e-12));
        assertThat(cosine.at(9, 110)).isCloseTo(2e-3, within(1e-12));
        assertThat(cosine.at(60, 110)).isCloseTo(1.1e-3, within(1e-12)); // halfway between 2e-3 and 2e-4
        assertThat(cosine.at(110, 110)).isCloseTo(2e-4, within(1e-12));
        LearningRate tail = new LearningRate(1, 0, LearningRate.Shape.LINEAR_TAIL, 0);
        assertThat(tail.at(69, 100)).isEqualTo(1);
        assertThat(tail.at(85, 100)).isCloseTo(0.5, within(1e-12)); // halfway down the last 30 steps
        assertThat(new LearningRate(1, 0, LearningRate.Shape.CONSTANT, 0).at(99, 100))
                .isEqualTo(1);
    }

    @Test
    void badSettingsAreNamedWithTheirValues() {
        assertThatThrownBy(() -> new LearningRate(0, 0, CONSTANT, 0))
                .hasMessageContaining("peak")
                .hasMessageContaining("0.0");
        assertThatThrownBy(() -> new LearningRate(1, -1, CONSTANT, 0)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new LearningRate(1, 0, CONSTANT, 2)).hasMessageContaining("2.0");
        assertThatThrownBy(() -> new AdamW.Settings(1, 0.9, 1e-8, 0, 1)).hasMessageContaining("beta1");
        assertThatThrownBy(() -> new AdamW.Settings(0.9, 0.9, 1e-8, 0, 0)).hasMessageContaining("clipNorm");
        assertThatThrownBy(() -> TinyModel.training(0)).hasMessageContaining("steps must be at least 1, was 0");
        assertThatThrownBy(() -> new PretrainConfig("", TinyModel.training(1), MEAN, 1))
                .hasMessageContaining("architecture");
        assertThatThrownBy(() -> new PretrainConfig("x", TinyModel.training(1), MEAN, 0))
                .hasMessageContaining("digitWeight must be above 0, was 0.0");
        assertThatThrownBy(() -> new PretrainConfig("x", TinyModel.training(1), null, 1))
                .hasMessageContaining("reduction is missing");
        assertThatThrownBy(() -> TinyModel.alignment(Path.of("x"), Objective.Mode.GOLD, 1, -1))
                .hasMessageContaining("divergenceWeight must be at least 0, was -1.0");
        assertThatThrownBy(() -> TinyModel.alignment(Path.of(""), Objective.Mode.GOLD, 1, 1))
                .hasMessageContaining("backbone");
    }
}
