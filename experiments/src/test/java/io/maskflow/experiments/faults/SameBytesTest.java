package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of docs/REPRODUCIBILITY.md: what may differ between two runs that end in the same bytes. */
class SameBytesTest {

    private static final String EVALUATION =
            """
            evaluation:
              backbone: ""
              problems: %s
              limit: 5
              batch: 2
              budgets: 1/8
              decoders: { learned: { type: flow }, mask: { type: mask-prediction } }
              fleet: { workers: 1 }
              grader: { workers: 1 }
            """;

    @TempDir
    static Path folder;

    private static String config;
    private static Map<String, String> expected;

    @BeforeAll
    static void theFirstRun() throws IOException {
        String evaluation = EVALUATION.formatted(folder.resolve("problems.jsonl"));
        config = Maskflow.config(folder, 3, "groupSize: 8", evaluation).toString();
        String text = Files.readString(Path.of(config))
                .replace("groupSize: 2\n", "")
                .replace("evaluate: false\n", "evaluate: true\n");
        Files.writeString(Path.of(config), text);
        train("first");
        expected = Maskflow.fingerprint(folder.resolve("first"));
        assertThat(expected).containsKeys("policy.safetensors", "metrics.jsonl", "results.jsonl");
    }

    private static void train(String run, String... more) {
        String[] command = new String[4 + more.length];
        System.arraycopy(
                new String[] {"train", config, "--out", folder.resolve(run).toString()}, 0, command, 0, 4);
        System.arraycopy(more, 0, command, 4, more.length);
        Outcome outcome = Maskflow.run(command);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "repeated,  seed=3",
        "workers-2, fleet.workers=2",
        "workers-4, fleet.workers=4",
        "chunk-1,   fleet.chunk=1",
        "chunk-3,   fleet.chunk=3",
        "chunk-8,   fleet.chunk=8",
        "graders-2, grader.workers=2",
        "samples,   fleet.shape=sample"
    })
    void whoComputesAndHowManyAtATimeMovesNoByte(String name, String override) {
        train(name, "--set", override);
        assertThat(Maskflow.fingerprint(folder.resolve(name))).isEqualTo(expected);
    }

    /** With one inner epoch a whole group brings its gradient along; samples are differentiated in a second pass. */
    @Test
    void aGroupInOnePassIsWorthItsSamplesInTwo() {
        train("one-pass", "--set", "grpo.innerEpochs=1");
        train("two-passes", "--set", "grpo.innerEpochs=1", "--set", "fleet.shape=sample", "--set", "fleet.workers=2");
        assertThat(Maskflow.fingerprint(folder.resolve("two-passes")))
                .isEqualTo(Maskflow.fingerprint(folder.resolve("one-pass")))
                .isNotEqualTo(expected);
    }

    @Test
    void resumingFromEveryCheckpointEndsInTheSameBytes() throws IOException {
        for (int last : List.of(1, 2, 3)) {
            Path run = folder.resolve("resumed-" + last);
            Maskflow.copy(folder.resolve("first"), run);
            for (int later = last + 1; later <= 3; later++) {
                io.maskflow.experiments.run.DurableFile.deleteTree(run.resolve("checkpoints/step-00000" + later));
            }
            Files.delete(run.resolve("policy.safetensors"));
            train(run.getFileName().toString(), "--resume", "--set", "fleet.workers=2");
            assertThat(Maskflow.fingerprint(run)).as("after step " + last).isEqualTo(expected);
        }
    }

    /** Arrival, a price for each group and memory: what a step sees of its own past and of its price is no one else's. */
    @Test
    void withPriceAndMemoryOnItIsTheSame() throws IOException {
        String plain = config;
        Path dial = Files.createDirectories(folder.resolve("dial"));
        try {
            config = Maskflow.dial(dial, 3).toString();
            train("dial-first");
            Map<String, String> first = Maskflow.fingerprint(folder.resolve("dial-first"));
            for (String override :
                    List.of("fleet.workers=2", "fleet.workers=4", "fleet.chunk=1", "fleet.shape=sample")) {
                String run = "dial-" + override;
                train(run, "--set", override);
                assertThat(Maskflow.fingerprint(folder.resolve(run)))
                        .as(override)
                        .isEqualTo(first);
            }
            Path resumed = folder.resolve("dial-resumed");
            Maskflow.copy(folder.resolve("dial-first"), resumed);
            io.maskflow.experiments.run.DurableFile.deleteTree(resumed.resolve("checkpoints/step-000002"));
            io.maskflow.experiments.run.DurableFile.deleteTree(resumed.resolve("checkpoints/step-000003"));
            train("dial-resumed", "--resume", "--set", "fleet.workers=2");
            assertThat(Maskflow.fingerprint(resumed)).isEqualTo(first);
            String metrics = Files.readString(folder.resolve("dial-first/metrics.jsonl"));
            assertThat(metrics).contains("\"price_mean\"").contains("\"validation/nfe/1/8@0.447\"");
            assertThat(metrics).as("some responses end early").doesNotContain("\"ended_early\":0.0,");
            assertThat(metrics).as("calls differ within groups").doesNotContain("\"frac_reward_zero_std\":1.0");
        } finally {
            config = plain;
        }
    }

    @Test
    void anotherSeedMovesEveryByte() {
        train("seed-4", "--set", "seed=4");
        assertThat(Maskflow.fingerprint(folder.resolve("seed-4")).get("policy.safetensors"))
                .isNotEqualTo(expected.get("policy.safetensors"));
    }
}
