package io.maskflow.experiments.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The command line as tests of faults use it: in this JVM, or in one of its own that can be killed. */
final class Maskflow {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields of the two logs that say how long something took, or how the work was cut into batches. */
    private static final Set<String> WALL_CLOCK =
            Set.of("step_time", "validation_time", "seconds", "model_calls", "calls_saved_shared_first_step");

    private Maskflow() {}

    /** What a command left behind. */
    record Outcome(int code, String out, String err) {}

    /** Runs a command in this JVM. Warnings go to the error stream of the JVM, not into the outcome. */
    static Outcome run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The command line of a JVM of its own, quick to start. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Starts a JVM of its own; both streams go into a file. */
    static Process start(Path log, String... arguments) {
        return start(log, command(arguments));
    }

    /** A process that is started in the background inherits an ignored SIGINT, and a JVM keeps ignoring it. */
    private static final String SIGNALS = "import os, signal, sys\n"
            + "for one in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM): signal.signal(one, signal.SIG_DFL)\n"
            + "os.execvp(sys.argv[1], sys.argv[1:])\n";

    static Process start(Path log, List<String> command) {
        List<String> started = new ArrayList<>(List.of("python3", "-I", "-c", SIGNALS));
        started.addAll(command);
        try {
            return new ProcessBuilder(started)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command in a JVM of its own; {@code err} holds both streams. */
    static Outcome fork(Path log, String... arguments) throws InterruptedException {
        Process process = start(log, arguments);
        int code = process.waitFor();
        return new Outcome(code, "", read(log));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Eight problems of one line each, in the format of MBPP: quick to read, and the built-in model knows none of them. */
    static Path problems(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            ObjectNode row = JSON.createObjectNode();
            row.put("task_id", i + 1);
            row.put("text", "add " + i);
            row.put("code", "def f(x):\n    return x + " + i);
            row.putArray("test_list").add("assert f(1) == " + (1 + i));
            lines.append(row).append('\n');
        }
        return Files.writeString(folder.resolve("problems.jsonl"), lines);
    }

    /**
     * A training run as short as it goes: the completion reward makes every group worth learning from.
     *
     * @param folder where the settings and the problems are written
     * @param steps training steps
     * @param more further settings, YAML
     * @return the settings file
     */
    static Path config(Path folder, int steps, String... more) throws IOException {
        Path problems = problems(folder);
        return Files.writeString(
                folder.resolve("train.yaml"),
                """
                seed: 3
                steps: %d
                prompts: 2
                groupSize: 2
                responseLength: 16
                budget: [1/4, 1/8]
                backbone: builtin/aligned-unmasked-kl
                problems: %s
                filter: { enabled: false }
                policy: { hidden: 8, start: random }
                exploration: { confidenceThreshold: 2 }
                validation: { problems: %s, limit: 1, every: 3, budgets: 1/8 }
                grpo: { completionWeight: 0.1, flatGroups: keep }
                fleet: { workers: 1 }
                grader: { workers: 1 }
                checkpointEvery: 1
                evaluate: false
                sharedProblems: accept
                %s
                """
                        .formatted(steps, problems, problems, String.join("\n", more)));
    }

    /** The same with everything on that a step may depend on: arrival, a price for each group, its feature, memory. */
    static Path dial(Path folder, int steps, String... more) throws IOException {
        Path config = config(folder, steps, more);
        String text = Files.readString(config)
                .replace(
                        "policy: { hidden: 8, start: random }",
                        "policy: { hidden: 8, start: random, features: [p1, t, left, price, steady, change, divergence,"
                                + " re_edits] }\n"
                                + "decoder: { arrival: 0.15, commit: sure, commitFrom: 0.5 }\n"
                                + "reward: [pass-rate, { type: calls, price: [0.1, 2] }]")
                .replace("budget: [1/4, 1/8]", "budget: [1/2, 1/4]")
                .replace("flatGroups: keep", "flatGroups: keep, normalisation: none");
        return Files.writeString(config, text);
    }

    /** What a run has computed, as hashes: policies, final learner state, metrics and results less wall-clock fields. */
    static Map<String, String> fingerprint(Path run) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String name : List.of("policy.safetensors", "best/policy.safetensors")) {
            hashes.put(name, sha256(bytes(run.resolve(name))));
        }
        for (String name : List.of("metrics.jsonl", "results.jsonl")) {
            if (Files.exists(run.resolve(name))) {
                hashes.put(name, sha256(withoutClock(run.resolve(name)).getBytes(StandardCharsets.UTF_8)));
            }
        }
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            Path last = checkpoints.sorted().reduce((a, b) -> b).orElseThrow();
            hashes.put("last checkpoint", last.getFileName() + " " + sha256(bytes(last.resolve("learner.json"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hashes;
    }

    private static String withoutClock(Path log) {
        StringBuilder lines = new StringBuilder();
        for (String line : read(log).lines().toList()) {
            try {
                ObjectNode object = (ObjectNode) JSON.readTree(line);
                object.remove(WALL_CLOCK);
                lines.append(object).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines.toString();
    }

    /** Every file below a folder with its hash. */
    static Map<String, String> tree(Path folder) {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(Files::isRegularFile)
                    .forEach(file -> hashes.put(folder.relativize(file).toString(), sha256(bytes(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hashes;
    }

    static void copy(Path from, Path to) {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
