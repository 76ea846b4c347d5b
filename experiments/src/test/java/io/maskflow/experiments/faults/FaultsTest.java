package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.faults.Maskflow.Outcome;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong with a run, made to go wrong: what is said, the exit code, and that the run goes on afterwards. */
@EnabledOnOs(OS.LINUX)
class FaultsTest {

    private static final int STEPS = 6;

    @TempDir
    static Path folder;

    private static String config;
    private static Map<String, String> expected;

    @BeforeAll
    static void theRunThatNothingHappensTo() throws IOException {
        config = Maskflow.config(folder, STEPS).toString();
        Outcome outcome = train("whole");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        expected = Maskflow.fingerprint(folder.resolve("whole"));
    }

    private static String[] command(String run, String... more) {
        List<String> command = new ArrayList<>(
                List.of("train", config, "--out", folder.resolve(run).toString()));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private static Outcome train(String run, String... more) {
        return Maskflow.run(command(run, more));
    }

    private static Outcome forked(String run, String... more) throws InterruptedException {
        return Maskflow.fork(folder.resolve(run + ".txt"), command(run, more));
    }

    private static void endsInTheSameBytes(String run) {
        Outcome outcome = train(run, "--resume");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(Maskflow.fingerprint(folder.resolve(run))).isEqualTo(expected);
    }

    /** Lines that are meant for a person; no stack trace among them. */
    private static void oneLine(Outcome outcome, int code, String... parts) {
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("error of its own");
        assertThat(outcome.err()
                        .lines()
                        .filter(line -> line.startsWith("maskflow: "))
                        .reduce((a, b) -> b))
                .as(outcome.err())
                .hasValueSatisfying(line -> assertThat(line).contains(parts));
    }

    private static void unfinish(String run, int last) throws IOException {
        Path copy = folder.resolve(run);
        Maskflow.copy(folder.resolve("whole"), copy);
        for (int later = last + 1; later <= STEPS; later++) {
            DurableFile.deleteTree(copy.resolve("checkpoints/step-00000" + later));
        }
    }

    @Test
    void theNewestCheckpointsAndTheBestOneAreKept() {
        assertThat(new RunFolder(folder.resolve("whole")).checkpointSteps())
                .contains(4L, 5L, 6L)
                .hasSizeLessThan(5);
    }

    @Test
    void aDamagedCheckpointIsNamedAndTheOneBeforeIsTaken() throws Exception {
        Path run = folder.resolve("truncated");
        Maskflow.copy(folder.resolve("whole"), run);
        try (RandomAccessFile file = new RandomAccessFile(
                run.resolve("checkpoints/step-000006/learner.json").toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        Files.delete(run.resolve("checkpoints/step-000005/checkpoint.json"));
        Outcome outcome = forked("truncated", "--resume");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains(
                        "checkpoints/step-000006 is damaged (learner.json has sha256 ", "going back to the one before")
                .contains("checkpoints/step-000005 is damaged (checkpoint.json is missing)");
        assertThat(Maskflow.fingerprint(run)).isEqualTo(expected);
    }

    @Test
    void otherSettingsAreNamedAndRefusedUnlessWanted() throws IOException {
        unfinish("changed", 4);
        Map<String, String> before = Maskflow.tree(folder.resolve("changed"));
        oneLine(
                train("changed", "--resume", "--set", "seed=4", "--set", "grpo.learningRate=0.001"),
                2,
                "--resume needs the settings that the run was started with",
                "seed: 3 -> 4, grpo.learningRate: 0.002 -> 0.001",
                "--accept-changes");
        assertThat(Maskflow.tree(folder.resolve("changed"))).isEqualTo(before);
        Outcome accepted = train("changed", "--resume", "--accept-changes", "--set", "seed=4");
        assertThat(accepted.code()).as(accepted.err()).isZero();
        assertThat(Maskflow.read(folder.resolve("changed/config.yaml"))).contains("seed: 4");
        oneLine(train("fresh", "--accept-changes"), 2, "--accept-changes needs --resume");
    }

    @Test
    void otherProblemsUnderTheSameNameAreRefused() throws IOException {
        unfinish("other-data", 4);
        Path problems = folder.resolve("problems.jsonl");
        String text = Files.readString(problems);
        try {
            Files.writeString(problems, text.replace("add 1", "add one"));
            oneLine(train("other-data", "--resume"), 2, "problem files [" + problems + "] have another sha256");
        } finally {
            Files.writeString(problems, text);
        }
        endsInTheSameBytes("other-data");
    }

    @Test
    void aRunHasOneWriter() throws IOException {
        unfinish("locked", 4);
        try (RunLock lock = RunLock.take(new RunFolder(folder.resolve("locked")))) {
            assertThat(lock).isNotNull();
            oneLine(
                    train("locked", "--resume"),
                    2,
                    "is being written by process " + ProcessHandle.current().pid());
        }
        Files.writeString(folder.resolve("locked/run.lock"), "1\n"); // left by a process that was killed
        endsInTheSameBytes("locked");
        assertThat(folder.resolve("locked/run.lock")).doesNotExist();
    }

    @Test
    void interruptSavesAndTheRunGoesOn() throws Exception {
        assertThat(signalled("interrupted", "INT", 1)).isEqualTo(130);
        assertThat(Maskflow.read(folder.resolve("interrupted.txt"))).contains("everything is saved");
        endsAsALongerRun("interrupted");
    }

    @Test
    void terminationSavesAndTheRunGoesOn() throws Exception {
        assertThat(signalled("terminated", "TERM", 1)).isEqualTo(143);
        endsAsALongerRun("terminated");
    }

    @Test
    void theSecondInterruptEndsAtOnceAndLeavesAWholeState() throws Exception {
        assertThat(signalled("impatient", "INT", 2)).isEqualTo(130);
        endsAsALongerRun("impatient");
    }

    /** Sends a signal after the second of many steps. */
    private static int signalled(String run, String signal, int times) throws Exception {
        Process process = Maskflow.start(
                folder.resolve(run + ".txt"), command(run, "--set", "steps=4000", "--set", "checkpointEvery=1000"));
        Path metrics = folder.resolve(run).resolve("metrics.jsonl");
        while (process.isAlive()
                && !(Files.exists(metrics) && Maskflow.read(metrics).lines().count() >= 2)) {
            Thread.sleep(10);
        }
        for (int i = 0; i < times; i++) {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        }
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(run + " did not end on SIG" + signal);
        }
        return process.exitValue();
    }

    /** The schedule of 4,000 steps is another one than that of 6: what is left must be what such a run had then. */
    private static void endsAsALongerRun(String run) throws IOException {
        Path folderOfRun = folder.resolve(run);
        long saved = new RunFolder(folderOfRun).checkpointSteps().stream().reduce(0L, Math::max);
        List<String> lines =
                Maskflow.read(folderOfRun.resolve("metrics.jsonl")).lines().toList();
        Outcome outcome = train(run, "--resume", "--set", "steps=" + (saved + 2), "--accept-changes");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> after =
                Maskflow.read(folderOfRun.resolve("metrics.jsonl")).lines().toList();
        assertThat(after).hasSize((int) saved + 2);
        assertThat(after.subList(0, (int) saved)).isEqualTo(lines.subList(0, (int) saved));
    }

    @Test
    void aGraderThatKeepsDyingStopsTheRunBeforeAnythingIsLearned() throws Exception {
        Process process = Maskflow.start(folder.resolve("outage.txt"), command("outage"));
        Path config = folder.resolve("outage/config.yaml"); // written when the sandbox has been probed
        while (process.isAlive()) {
            if (Files.exists(config)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
            }
            Thread.sleep(1);
        }
        Outcome outcome = new Outcome(process.waitFor(), "", Maskflow.read(folder.resolve("outage.txt")));
        oneLine(outcome, 1, "have no verdict (accepted: 5 %)", "The run is saved", "--resume");
        endsInTheSameBytes("outage");
    }

    @Test
    void aFullDiskIsOneLineAndTheRunGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String java = String.join(
                " ",
                Maskflow.command("train", config, "--out", disk.resolve("run").toString()));
        String script = "mount -t tmpfs -o size=96k tmpfs " + disk + " && " + java + "; code=$?; df " + disk
                + " >&2; cp -r " + disk + "/run " + folder.resolve("full") + "; exit $code";
        Process probe = new ProcessBuilder("unshare", "-rm", "true").start();
        assumeTrue(probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0, "needs user namespaces");
        Process process = Maskflow.start(folder.resolve("full.txt"), List.of("unshare", "-rm", "sh", "-c", script));
        Outcome outcome = new Outcome(process.waitFor(), "", Maskflow.read(folder.resolve("full.txt")));
        oneLine(outcome, 1, "cannot write " + disk, "No space left on device");
        endsInTheSameBytes("full");
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneLine() throws Exception {
        oneLine(Maskflow.run("train", config, "--out", "/proc/maskflow"), 2, "--out must be a folder that can be made");
        Process probe = new ProcessBuilder("bwrap", "--dev-bind", "/", "/", "true").start();
        assumeTrue(probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0, "needs bubblewrap");
        unfinish("readonly", 4);
        Map<String, String> before = Maskflow.tree(folder.resolve("readonly"));
        List<String> command = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/", "--ro-bind"));
        command.addAll(List.of(
                folder.resolve("readonly").toString(),
                folder.resolve("readonly").toString()));
        command.addAll(Maskflow.command(command("readonly", "--resume")));
        Process process = Maskflow.start(folder.resolve("readonly.txt"), command);
        oneLine(
                new Outcome(process.waitFor(), "", Maskflow.read(folder.resolve("readonly.txt"))),
                1,
                "cannot write",
                "Read-only file system");
        assertThat(Maskflow.tree(folder.resolve("readonly"))).isEqualTo(before);
    }

    @Test
    void anUnreadableRowIsNamedOrSkipped() throws IOException {
        Path broken = folder.resolve("broken.jsonl");
        Files.writeString(
                broken,
                Files.readString(folder.resolve("problems.jsonl")) + "{\"task_id\": 9, \"text\": \n{\"task_id\":10}\n");
        String set = "problems=" + broken;
        oneLine(train("bad-row", "--set", set), 2, broken + ":9: broken JSON");
        assertThat(folder.resolve("bad-row")).doesNotExist();
        Outcome skipped = train("bad-row", "--set", set, "--set", "badRows=skip");
        assertThat(skipped.code()).as(skipped.err()).isZero();
        assertThat(Maskflow.fingerprint(folder.resolve("bad-row"))).isEqualTo(expected);
    }

    /** One token's embedding is no number: for prompts without it everything would look right. */
    @Test
    void aWeightThatIsNoNumberIsFoundWhenItIsLoaded() throws IOException {
        oneLine(
                train("faulty", "--set", "backbone=" + poisoned("add 7 ~")),
                2,
                "tensor model.transformer.wte.weight of",
                "holds NaN or infinite numbers: the checkpoint is damaged");
    }

    /**
     * The built-in model with a head of its own, so that the embedding of one token can be made no number without the
     * logits of that token being none either.
     *
     * @param text a text whose last token it is
     */
    private static Path poisoned(String text) throws IOException {
        Path source = BuiltinModels.folder("builtin/aligned-unmasked-kl");
        Path model = Files.createDirectory(folder.resolve("poisoned"));
        Files.copy(source.resolve("tokenizer.json"), model.resolve("tokenizer.json"));
        Files.writeString(
                model.resolve("config.json"),
                Files.readString(source.resolve("config.json"))
                        .replaceFirst("\"weight_tying\"\\s*:\\s*true", "\"weight_tying\": false"));
        int token;
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            int[] ids = tokenizer.encode(text);
            token = ids[ids.length - 1];
        }
        SafetensorsFile weights = SafetensorsFile.open(source.resolve("model.safetensors"));
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        for (String name : weights.names()) {
            long[] shape = weights.tensor(name).shape().getShape();
            float[] values = weights.floats(name);
            if (name.endsWith("wte.weight")) {
                writer.floats(name.replace("wte.weight", "ff_out.weight"), values.clone(), shape);
                Arrays.fill(values, token * (int) shape[1], (token + 1) * (int) shape[1], Float.NaN);
            }
            writer.floats(name, values, shape);
        }
        writer.write(model.resolve("model.safetensors"));
        return model;
    }

    @Test
    void noPythonIsOneLine() throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "MASKFLOW_PYTHON=/no/python3"));
        command.addAll(Maskflow.command(command("no-python")));
        Process process = Maskflow.start(folder.resolve("no-python.txt"), command);
        oneLine(
                new Outcome(process.waitFor(), "", Maskflow.read(folder.resolve("no-python.txt"))),
                1,
                "/no/python3 is no Python 3.10 or newer; the grader needs one: install it");
        assertThat(folder.resolve("no-python")).doesNotExist();
    }

    @Test
    void missingWeightsAndABudgetOfNothingAreOneLineAndLeaveNothing() throws IOException {
        Path model = Files.createDirectory(folder.resolve("weightless"));
        Path source = BuiltinModels.folder("builtin/aligned-unmasked-kl");
        for (String name : List.of("config.json", "tokenizer.json")) {
            Files.copy(source.resolve(name), model.resolve(name));
        }
        oneLine(train("nothing", "--set", "backbone=" + model), 2, "no weights in " + model);
        oneLine(train("nothing", "--set", "budget=0"), 2, "budget must be a fraction");
        oneLine(train("nothing", "--set", "stpes=1"), 2, "unknown key \"stpes\", did you mean \"steps\"?");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }
}
