package io.maskflow.experiments.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.policy.Exploration;
import io.maskflow.policy.grpo.GrpoConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that were renamed. */
class FormerNamesTest {

    @TempDir
    private Path folder;

    private <T> LoadedConfig<T> load(String text, Class<T> type, String... overrides) throws IOException {
        Path file = Files.writeString(folder.resolve("c.yaml"), text);
        return ConfigFiles.load(file, List.of(overrides), type);
    }

    @Test
    void theOldNameSetsTheNewSetting() throws IOException {
        GrpoConfig read =
                load("averaging: 0.5\naverage: token_mean\n", GrpoConfig.class).value();
        assertThat(read.emaDecay()).isEqualTo(0.5);
        assertThat(read)
                .isEqualTo(load("emaDecay: 0.5\nlossAggregation: token_mean\n", GrpoConfig.class)
                        .value());
        assertThat(load("sharedNoise: 0\n", Exploration.class, "sureFrom=0.25")
                        .value()
                        .confidenceThreshold())
                .isEqualTo(0.25);
    }

    @Test
    void whatIsWrittenBesideTheResultsHasTheNewNameOnly() throws IOException {
        assertThat(load("averaging: 0.5\n", GrpoConfig.class).yaml())
                .contains("emaDecay")
                .doesNotContain("averaging");
    }

    @Test
    void bothNamesAreRefusedWithBothPlaces() {
        assertThatThrownBy(() -> load("emaDecay: 0.5\n", GrpoConfig.class, "averaging=0.9"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("averaging is now called emaDecay and must not stand beside it, was 0.9")
                .hasMessageContaining("--set averaging=0.9")
                .hasMessageContaining("c.yaml:1");
    }
}
