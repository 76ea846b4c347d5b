package io.maskflow.experiments.conformance.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.reward.sandbox.GraderSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictConformanceTest {

    private static final String ROWS =
            """
            {"id":"right","prompt_tests":["assert f(1) == 2"],"code":"def f(x): return x + 1","expected_verdict":"passed","expected_pass_rate":1.0}
            {"id":"either","prompt_tests":["assert f(1) == 2"],"code":"def f(x): return x","expected_verdict":"error|failed","expected_pass_rate":null}
            {"id":"wrong verdict","prompt_tests":["assert f(1) == 2"],"code":"def f(x): return x","expected_verdict":"passed","expected_pass_rate":null}
            {"id":"wrong rate","prompt_tests":["assert f(1) == 2"],"code":"def f(x): return x","expected_verdict":"failed","expected_pass_rate":0.5}
            """;

    @TempDir
    private Path folder;

    @Test
    void aVerdictMustBeOneOfThoseGivenAndThePassRateTheOneGiven() throws Exception {
        Files.createDirectories(folder.resolve("reward"));
        Files.writeString(folder.resolve("reward/adversarial.jsonl"), ROWS);
        VerdictConformance group = new VerdictConformance(GraderSettings.defaults());
        List<ConformanceGroup.CaseResult> results = group.run(folder);
        assertThat(results.stream().map(ConformanceGroup.CaseResult::passed)).containsExactly(true, true, false, false);
        assertThat(results.get(3).detail()).isEqualTo("expected failed, pass rate 0.5; was failed, 0.0");
    }
}
