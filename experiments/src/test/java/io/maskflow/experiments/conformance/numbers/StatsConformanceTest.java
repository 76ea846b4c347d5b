package io.maskflow.experiments.conformance.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.conformance.ConformanceGroup;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsConformanceTest {

    @Test
    void everyGoldenCaseHolds() throws URISyntaxException {
        Path golden = Path.of(getClass().getResource("/golden").toURI());
        List<ConformanceGroup.CaseResult> results = new StatsConformance().run(golden);
        assertThat(results).hasSizeGreaterThan(50);
        assertThat(results.stream().filter(result -> !result.passed())).isEmpty();
    }

    @Test
    void aMissingFileIsSkipped(@TempDir Path empty) {
        assertThat(new StatsConformance().run(empty)).isEmpty();
    }
}
