package io.maskflow.rollout.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.experiments.cli.Main;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.rollout.ClusterSettings;
import io.maskflow.rollout.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training on two executors with a GPU each (which a script pretends), one of them killed in the midst of a step: the policy
 * after every step is that of a run in one JVM, to the bit. Filter and validation run on the cluster too.
 */
@EnabledOnOs(OS.LINUX)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTrainingTest {

    private static final String MASTER = "local-cluster[2,1,700]";

    @TempDir
    static Path folder;

    private static Path config;
    private static Map<String, String> properties;
    private static Map<String, String> expected;
    private static Fleet shared;

    @BeforeAll
    static void inOneJvm() throws IOException {
        Path home = Files.createDirectories(Path.of(System.getenv("SPARK_HOME")));
        Files.createDirectories(home.resolve("jars")); // empty: executors take the class path of this test
        properties = Map.of(
                "spark.executor.memory", "700m",
                "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "spark.executor.extraClassPath",
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                "spark.extraListeners", Kills.class.getName(),
                "spark.worker.resource.gpu.amount", "1",
                "spark.worker.resource.gpu.discoveryScript", pretendedGpus().toString(),
                "spark.executor.resource.gpu.amount", "1",
                "spark.task.resource.gpu.amount", "1");
        StringBuilder spark = new StringBuilder();
        properties.forEach((name, value) ->
                spark.append("    ").append(name).append(": \"").append(value).append("\"\n"));
        config = Files.writeString(
                folder.resolve("train.yaml"),
                """
                seed: 5
                steps: 3
                prompts: 3
                groupSize: 4
                responseLength: 32
                budget: 1/4
                problems: builtin:train
                filter: { enabled: true, limit: 10, budget: 1/2 }
                policy: { hidden: 8, start: random, features: [p1, t, left, price, steady, change, divergence] }
                decoder: { arrival: 0.15, commit: sure, commitFrom: 0.5 }
                reward: [pass-rate, { type: calls, price: [0.1, 2] }]
                exploration: { confidenceThreshold: 2 }
                validation: { limit: 2, every: 2, budgets: 1/4 }
                grpo: { completionWeight: 0.1, flatGroups: keep }
                grader: { workers: 1 }
                checkpointEvery: 1
                keepCheckpoints: 9
                evaluate: false
                fleet:
                  workers: 1
                  devices: cpu
                  master: "%s"
                  spark:
                %s
                """
                        .formatted(MASTER, spark));
        train("in-process");
        expected = policies("in-process");
        assertThat(expected).hasSize(4);
        assertThat(expected.values()).doesNotHaveDuplicates();
        shared = fleet();
    }

    /** As long as this one is open, the runs below share its application and its executors. */
    private static Fleet fleet() {
        BackboneChoice backbone = BackboneChoice.of("builtin/aligned-unmasked-kl", "f32", (setting, name) -> folder);
        return new SparkFleetProvider().open(backbone, new ClusterSettings(MASTER, 2, 1, List.of("cpu"), properties));
    }

    @AfterAll
    static void letGo() {
        if (shared != null) {
            shared.close();
        }
    }

    /** Each worker finds another GPU. */
    private static Path pretendedGpus() throws IOException {
        Path script = Files.writeString(
                folder.resolve("gpus.sh"),
                """
                #!/bin/sh
                if mkdir %s 2>/dev/null; then address=0; else address=1; fi
                echo "{\\"name\\": \\"gpu\\", \\"addresses\\": [\\"$address\\"]}"
                """
                        .formatted(folder.resolve("first-gpu-is-taken")));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script;
    }

    private static void train(String run, String... settings) {
        List<String> command = new ArrayList<>(
                List.of("train", config.toString(), "--out", folder.resolve(run).toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(command, System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }

    /** SHA-256 of the policy and of all that the learner knows, after every step. */
    private static Map<String, String> policies(String run) {
        Map<String, String> hashes = new TreeMap<>();
        Path root = folder.resolve(run);
        try (Stream<Path> files = Files.walk(root.resolve("checkpoints"))) {
            files.filter(file -> file.endsWith("learner.json"))
                    .forEach(file -> hashes.put(root.relativize(file).toString(), sha256(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hashes.put("policy.safetensors", sha256(root.resolve("policy.safetensors")));
        return hashes;
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Jobs of a run: the filter, then per step two (one for the report, one for the gradients of the second epoch). */
    @Test
    @Order(1)
    void groupsOnTwoExecutorsOneOfThemKilledInMidStep() {
        Kills.arm(3);
        train("groups", "fleet.type=spark", "fleet.workers=2");
        assertThat(Kills.lostTasks()).isPositive();
        assertThat(policies("groups")).isEqualTo(expected);
    }

    /** The job in which an executor dies is one of gradients: what it held is rolled out again. */
    @Test
    @Order(2)
    void samplesOnTwoExecutorsOneOfThemKilledWithWhatItHeld() {
        Kills.arm(2);
        train("samples", "fleet.type=spark", "fleet.workers=2", "fleet.shape=sample");
        assertThat(Kills.lostTasks()).isPositive();
        assertThat(policies("samples")).isEqualTo(expected);
    }

    @Test
    @Order(3)
    void resultsComeInOrderEachTaskHasAGpuAndAFailureReachesTheCallerAsItWasThrown() {
        try (Fleet fleet = fleet()) {
            Set<Integer> told = new HashSet<>();
            List<Integer> numbers = List.of(5, 3, 8, 1, 9, 2);
            List<String> seen =
                    fleet.map(numbers, (model, n) -> n + " on " + model.info().family(), (n, result) -> told.add(n));
            assertThat(seen)
                    .containsExactlyElementsOf(
                            numbers.stream().map(n -> n + " on llada").toList());
            assertThat(told).containsExactlyInAnyOrderElementsOf(numbers);

            Set<String> gpus = new HashSet<>(fleet.map(
                    numbers,
                    (model, n) -> TaskContext.get().resourcesJMap().get("gpu").addresses()[0]));
            assertThat(Set.of("0", "1")).containsAll(gpus);

            assertThatThrownBy(() -> fleet.map(numbers, (model, n) -> {
                        if (n == 8) {
                            throw new IllegalArgumentException("eight is too many");
                        }
                        return n;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("eight is too many");
            assertThatThrownBy(() -> fleet.map(numbers, (model, n) -> n, (n, same) -> {
                        throw new IllegalStateException("asked to stop");
                    }))
                    .hasMessage("asked to stop");
        }
    }
}
