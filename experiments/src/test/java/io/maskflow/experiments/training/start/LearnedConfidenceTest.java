package io.maskflow.experiments.training.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.experiments.cli.Main;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.training.settings.LearnedConfidenceSettings;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedConfidenceTest {

    private static final List<StepSizeChoice> RULES =
            LearnedConfidenceSettings.defaults().candidates();

    /** On the states that it was learned from it says better than the model which tokens are right, or nothing was learned. */
    @Test
    void itKnowsBetterThanTheModelWhichTokensAreRight(@TempDir Path folder) throws IOException {
        String told = train(folder, "once", 1, 1);
        Matcher scores = Pattern.compile(
                        "learned confidence: Brier score ([0-9.]+) on the states of (\\d+) decodings, the model's own ([0-9.]+)")
                .matcher(told);
        assertThat(scores.find()).as(told).isTrue();
        assertThat(Double.parseDouble(scores.group(1))).isPositive().isLessThan(Double.parseDouble(scores.group(3)));
        assertThat(scores.group(2)).isEqualTo("24");
        PolicyNetwork policy = PolicyFile.read(folder.resolve("once/best/policy.safetensors"));
        assertThat(policy.shape().state().labels()).contains("price", "steady");
        assertThat(policy.shape().prices().high()).isEqualTo(2);
        train(folder, "shared", 1, 2);
        assertThat(folder.resolve("shared/best/policy.safetensors"))
                .as("two workers")
                .hasSameBinaryContentAs(folder.resolve("once/best/policy.safetensors"));
    }

    @Test
    void aSecondRoundLearnsFromWhatTheFirstOneDid(@TempDir Path folder) throws IOException {
        assertThat(train(folder, "twice", 2, 1)).contains("on the states of 84 decodings");
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> new LearnedConfidenceSettings(List.of(), 1, List.of(1.0, 1.0)))
                .hasMessage("learnedConfidence.candidates must hold at least one rule, was empty");
        assertThatThrownBy(() ->
                        new LearnedConfidenceSettings(List.of(StepSizeChoice.Policy.defaults()), 1, List.of(1.0, 1.0)))
                .hasMessageContaining("learnedConfidence.candidates must be constants or confidence rules, was policy");
        assertThatThrownBy(() -> new LearnedConfidenceSettings(RULES, 0, List.of(1.0, 1.0)))
                .hasMessage("learnedConfidence.rounds must be at least 1, was 0");
        assertThatThrownBy(() -> new LearnedConfidenceSettings(RULES, 1, List.of(0.5)))
                .hasMessage("learnedConfidence.share must be two numbers in [0, 1], at the lowest and at the highest"
                        + " price, was [0.5]");
        assertThatThrownBy(() -> new LearnedConfidenceSettings(RULES, 1, List.of(0.5, 1.5)))
                .hasMessageContaining("was [0.5, 1.5]");
    }

    private static String train(Path folder, String name, int rounds, int workers) throws IOException {
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"),
                """
                steps: 0
                budget: 1/1
                backbone: builtin/aligned-paper
                filter: { enabled: false }
                limit: 12
                validation: { every: 0 }
                fleet: { workers: %d }
                grader: { workers: 1 }
                evaluate: false
                decoder: { arrival: 0.9 }
                reward: [all-pass, { type: calls, price: [0.05, 2] }]
                policy:
                  features: [p1, p2, p3, p4, entropy, margin, t, left, right, price, steady]
                  start: learned-confidence
                  hidden: 16
                  warmStart: { exponents: [16, 4], fullFrom: [0.95, 0.8], cloning: { steps: 500, batch: 64 } }
                  learnedConfidence:
                    rounds: %d
                    candidates:
                      - { type: confidence, rule: power, exponent: 4, fullFrom: 0.9 }
                      - { type: confidence, rule: power, exponent: 2, fullFrom: 0.8 }
                """
                        .formatted(workers, rounds));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Path run = folder.resolve(name);
        int code = Main.run(List.of("train", config.toString(), "--out", run.toString()), out, out);
        String told = bytes.toString(StandardCharsets.UTF_8);
        assertThat(code).as(told).isZero();
        return told;
    }
}
