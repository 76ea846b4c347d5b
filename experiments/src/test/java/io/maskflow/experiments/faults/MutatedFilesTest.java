package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged settings, checkpoints and data, 360 of them: never a stack trace or an error that maskflow calls its own, exit
 * code 0 (the damage did not matter), 1 or 2, and nothing else on the disk is changed by trying.
 */
class MutatedFilesTest {

    @TempDir
    static Path folder;

    private static String config;

    @BeforeAll
    static void aRun() throws IOException {
        config = Maskflow.config(folder, 2).toString();
        Outcome outcome =
                Maskflow.run("train", config, "--out", folder.resolve("run").toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private static RandomGenerator random(String purpose, int number) {
        return RandomStreams.of(11, purpose, number, 0, 0, 0);
    }

    /** Some bytes changed, removed, doubled or torn off. */
    private static byte[] damaged(byte[] bytes, RandomGenerator random) {
        byte[] result = bytes.clone();
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times && result.length > 1; i++) {
            int at = random.nextInt(result.length);
            int length = Math.min(1 + random.nextInt(12), result.length - at);
            switch (random.nextInt(5)) {
                case 0 -> result[at] = (byte) random.nextInt(256);
                case 1 -> result = Arrays.copyOf(result, at);
                case 2 ->
                    result = joined(Arrays.copyOf(result, at), Arrays.copyOfRange(result, at + length, result.length));
                case 3 ->
                    result = joined(Arrays.copyOf(result, at + length), Arrays.copyOfRange(result, at, result.length));
                default -> result[at] = (byte) "{}[]:,\"'\n-0 &*!|%@".charAt(random.nextInt(18));
            }
        }
        return result;
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static void harmless(Outcome outcome, String what) {
        assertThat(outcome.code()).as(what + ": " + outcome.err()).isIn(0, 1, 2);
        assertThat(outcome.err())
                .as(what)
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("error of its own");
        if (outcome.code() != 0) {
            assertThat(outcome.err().lines().filter(line -> line.startsWith("maskflow: ")))
                    .as(what + ": " + outcome.err())
                    .hasSize(1);
        }
    }

    @Test
    void damagedSettings() throws IOException {
        byte[] text = Files.readAllBytes(Path.of(config));
        Path out = folder.resolve("never");
        for (int i = 0; i < 120; i++) {
            Path file = Files.write(folder.resolve("mutated.yaml"), damaged(text, random("yaml", i)));
            // The model that is asked for is not there: settings that are still good end there, before any work.
            harmless(
                    Maskflow.run("train", file.toString(), "--out", out.toString(), "--set", "backbone=/nowhere"),
                    "settings " + i);
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void damagedProblems() throws IOException {
        byte[] text = Files.readAllBytes(folder.resolve("problems.jsonl"));
        Path evaluation = Files.writeString(
                folder.resolve("evaluate.yaml"), "backbone: /nowhere\ndecoders: { mask: { type: mask-prediction } }\n");
        for (int i = 0; i < 100; i++) {
            Path file = Files.write(folder.resolve("mutated.jsonl"), damaged(text, random("jsonl", i)));
            String rows = i % 2 == 0 ? "stop" : "skip";
            harmless(
                    Maskflow.run(
                            "evaluate",
                            evaluation.toString(),
                            "--out",
                            folder.resolve("never").toString(),
                            "--set",
                            "problems=" + file,
                            "--set",
                            "badRows=" + rows),
                    "problems " + i);
            assertThat(folder.resolve("never")).doesNotExist();
        }
    }

    @Test
    void damagedRunsInTheReport() throws IOException {
        for (int i = 0; i < 80; i++) {
            Path run = folder.resolve("reported-" + i);
            Maskflow.copy(folder.resolve("run"), run);
            String name = List.of("metrics.jsonl", "config.yaml", "manifest.json", "metrics.jsonl")
                    .get(i % 4);
            Files.write(run.resolve(name), damaged(Files.readAllBytes(run.resolve(name)), random("report", i)));
            Map<String, String> before = Maskflow.tree(run);
            harmless(
                    Maskflow.run(
                            "report",
                            run.toString(),
                            "--out",
                            folder.resolve("page.html").toString()),
                    "run " + i);
            assertThat(Maskflow.tree(run)).isEqualTo(before);
        }
    }

    /** The run is over: resuming it only reads, so the policy must come out as it was. */
    @Test
    void damagedCheckpoints() throws IOException {
        Map<String, String> whole = Maskflow.fingerprint(folder.resolve("run"));
        List<String> names = List.of(
                "checkpoints/step-000002/learner.json",
                "checkpoints/step-000002/checkpoint.json",
                "checkpoints/step-000002/policy.safetensors",
                "checkpoints/step-000002/SHA256SUMS",
                "checkpoints/step-000001/learner.json",
                "metrics.jsonl",
                "manifest.json",
                "config.yaml",
                "best/policy.safetensors",
                "policy.safetensors");
        for (int i = 0; i < 60; i++) {
            Path run = folder.resolve("resumed-" + i);
            Maskflow.copy(folder.resolve("run"), run);
            String name = names.get(i % names.size());
            Path file = run.resolve(name);
            Files.write(file, damaged(Files.readAllBytes(file), random("checkpt", i)));
            Map<String, String> before = Maskflow.tree(run);
            Outcome outcome = Maskflow.run("train", config, "--out", run.toString(), "--resume");
            harmless(outcome, name + " " + i);
            if (outcome.code() != 0) {
                Map<String, String> after = Maskflow.tree(run);
                after.remove("manifest.json"); // says when the attempt began
                before.remove("manifest.json");
                assertThat(after).as(name + " " + i).isEqualTo(before);
            } else if (!name.equals("metrics.jsonl")) {
                assertThat(Maskflow.fingerprint(run)).as(name + " " + i).isEqualTo(whole);
            }
        }
    }

    @Test
    void textThatIsNestedTooDeeplyIsRefused() throws IOException {
        Path deep = Files.writeString(folder.resolve("deep.yaml"), "a: " + "[".repeat(200_000));
        harmless(Maskflow.run("train", deep.toString()), "deep settings");
        Path rows = Files.write(
                folder.resolve("deep.jsonl"), ("[".repeat(200_000) + "\n").getBytes(StandardCharsets.UTF_8));
        harmless(
                Maskflow.run(
                        "train",
                        config,
                        "--set",
                        "problems=" + rows,
                        "--out",
                        folder.resolve("never").toString()),
                "deep rows");
    }
}
