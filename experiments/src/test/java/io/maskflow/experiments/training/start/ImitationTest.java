package io.maskflow.experiments.training.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.cli.Main;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.training.settings.ImitationSettings;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.cloning.CloningSettings;
import io.maskflow.policy.cloning.SyntheticRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImitationTest {

    /** What the rule never varies the policy does not either, where it has seen it and where it has not. */
    @Test
    void aPolicyTaughtByOneConstantTakesThatConstant(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(
                folder.resolve("train.yaml"),
                """
                steps: 0
                budget: 1/2
                backbone: builtin/aligned-unmasked-kl
                filter: { enabled: false }
                limit: 10
                validation: { every: 0 }
                fleet: { workers: 1 }
                grader: { workers: 1 }
                evaluate: false
                policy:
                  start: imitation
                  hidden: 8
                  imitation:
                    candidates: [{ type: constant, fraction: 0.5 }]
                    cloning: { steps: 400, batch: 64, learningRate: 0.01, kappa: 100 }
                """);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Path run = folder.resolve("run");
        int code = Main.run(List.of("train", config.toString(), "--out", run.toString()), out, out);
        String told = bytes.toString(StandardCharsets.UTF_8);
        assertThat(code).as(told).isZero();
        assertThat(told).containsPattern("imitation: [1-9] of 10 decodings by rules were right");
        StepSizePolicy policy = BetaStepSizePolicy.expected(PolicyFile.read(run.resolve("best/policy.safetensors")));
        for (RowState row : SyntheticRows.draw(5, 3)) {
            float[] a = policy.choose(row).a();
            for (int i = 0; i < a.length; i++) {
                if (row.active()[i]) {
                    assertThat((double) a[i]).isCloseTo(0.5, within(0.1));
                }
            }
        }
    }

    @Test
    void onlyRulesMadeByHandCanBeImitated() {
        assertThatThrownBy(() -> new ImitationSettings(
                        List.of(StepSizeChoice.Policy.defaults()), List.of(), 0, CloningSettings.defaults()))
                .hasMessageContaining("imitation.candidates must be constants or confidence rules, was policy");
    }
}
