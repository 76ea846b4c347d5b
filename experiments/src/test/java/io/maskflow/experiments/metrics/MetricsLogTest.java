package io.maskflow.experiments.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {

    @TempDir
    Path temporary;

    @Test
    void aResumedMetricsLogForgetsWhatCameAfterItsCheckpoint() throws IOException {
        Path file = temporary.resolve("metrics.jsonl");
        try (MetricsLog log = MetricsLog.open(file)) {
            for (int step = 1; step <= 5; step++) {
                log.append(step, Map.of("reward", step / 10.0));
            }
        }
        Files.writeString(file, "{\"step\": 6, \"rew", StandardOpenOption.APPEND);
        try (MetricsLog log = MetricsLog.resume(file, 3)) {
            log.append(4, Map.of("reward", Double.NaN));
        }
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"step\":1,\"reward\":0.1}",
                        "{\"step\":2,\"reward\":0.2}",
                        "{\"step\":3,\"reward\":0.3}",
                        "{\"step\":4,\"reward\":null}");
        assertThat(MetricsLog.read(file).get(2)).containsEntry("step", 3.0).containsEntry("reward", 0.3);
    }

    @Test
    void aTornLastLineIsCutOffBeforeTheNextIsWritten() throws IOException {
        Path file = temporary.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1}\n{\"ste");
        try (MetricsLog log = MetricsLog.open(file)) {
            log.append(2, Map.of());
        }
        assertThat(Files.readAllLines(file)).containsExactly("{\"step\":1}", "{\"step\":2}");
    }
}
