package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.GradeFile;
import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own failures, made for real: each gives a retry or no verdict with a clear message, never a verdict of zero. */
class FaultTest {
    private static final SandboxLimits PATIENT = new SandboxLimits(5, 5, 512);
    private static final TestSuite ONE = TestSuite.of(List.of("assert f() == 1"));
    private static final String SLOW = "import time\ndef f():\n    time.sleep(%s)\n    return 1\n";

    @TempDir
    Path folder;

    private static Submission slow(String seconds) {
        return new Submission("slow", String.format(SLOW, seconds), ONE);
    }

    private static Grader single() {
        return new Grader(GraderSettings.defaults().withWorkers(1).withLimits(PATIENT));
    }

    @Test
    void aWorkerKilledInMidJobIsReplacedAndTheProgramTriedAgain() throws Exception {
        try (Grader grader = single()) {
            CompletableFuture<Verdict> verdict = grader.submit(slow("0.6"));
            kill(grader, false);
            assertThat(verdict.get().passed()).isTrue();
            assertThat(grader.retried()).isEqualTo(1);
        }
    }

    @Test
    void aJudgeKilledInMidJobIsReplacedAndTheProgramTriedAgain() throws Exception {
        try (Grader grader = single()) {
            CompletableFuture<Verdict> verdict = grader.submit(slow("0.6"));
            kill(grader, true);
            assertThat(verdict.get().passed()).isTrue();
            assertThat(grader.retried()).isEqualTo(1);
        }
    }

    @Test
    void aSecondDeathGivesNoVerdictAndTheNextProgramIsGraded() throws Exception {
        try (Grader grader = single()) {
            CompletableFuture<Verdict> verdict = grader.submit(slow("2"));
            kill(grader, true);
            kill(grader, false);
            assertThat(verdict.get().kind()).isEqualTo(VerdictKind.NO_VERDICT);
            assertThat(verdict.get().note()).contains("died");
            assertThatThrownBy(verdict.get()::passRate).hasMessageContaining("no verdict");
            assertThat(grader.grade(List.of(slow("0"))).get(0).passed()).isTrue();
        }
    }

    /** Kills the judge or the worker of a one-worker grader once it is at work. */
    private static void kill(Grader grader, boolean judge) throws InterruptedException {
        while (grader.workerPids().isEmpty() || grader.judgePids().isEmpty()) {
            Thread.sleep(5);
        }
        Thread.sleep(150);
        long pid = (judge ? grader.judgePids() : grader.workerPids()).get(0);
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        while (grader.workerPids().contains(pid) || grader.judgePids().contains(pid)) {
            Thread.sleep(5);
        }
    }

    @Test
    void withoutPythonThereIsOneClearLine() {
        assertThatThrownBy(() -> new Grader(GraderSettings.defaults().withPython("/nowhere/python3")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("/nowhere/python3 is no Python 3.10 or newer")
                .hasMessageContaining("apt-get install python3");
    }

    @Test
    void withoutBubblewrapTheNextLevelIsTakenAndAskingForItIsRefused() throws Exception {
        Map<String, String> bare = Map.of("PATH", folder.toString());
        assertThat(jvm(bare, List.of(), Opened.class, "auto"))
                .containsPattern("level (landlock|container)")
                .contains("passed");
        assertThat(jvm(bare, List.of(), Opened.class, "bubblewrap"))
                .contains("sandbox bubblewrap does not work here: bubblewrap (bwrap) is not installed");
    }

    @Test
    void aFullDiskStopsNoGradingAndAnUnwritableResultIsNamed() throws Exception {
        Assumptions.assumeTrue(mounted(), "SKIPPED: a full disk needs root and mount(8)");
        try {
            Files.write(folder.resolve("filler"), new byte[64 << 10]);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        try {
            assertThat(jvm(Map.of(), List.of("-Djava.io.tmpdir=" + folder), Opened.class, "auto"))
                    .contains("passed");
            Path programs = Files.createTempFile("programs", ".jsonl");
            Files.writeString(
                    programs,
                    "{\"id\": 1, \"code\": \"def f():\\n    return 1\", \"test_list\": [\"assert f() == 1\"]}\n");
            try (Grader grader = single()) {
                assertThatThrownBy(() -> new GradeFile(grader).run(programs, folder.resolve("out.jsonl"), p -> {}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("No space left");
            } finally {
                Files.delete(programs);
            }
        } finally {
            assertThat(run("umount", "-l", folder.toString())).isZero();
        }
    }

    /** A file system of 32 KiB over the test's folder. */
    private boolean mounted() throws IOException, InterruptedException {
        return run("mount", "-t", "tmpfs", "-o", "size=32k", "maskflow-test", folder.toString()) == 0;
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException missing) {
            return 127;
        }
    }

    @Test
    void manyJobsLeaveNoProcessAndNoFile() throws Exception {
        List<String> files = ours();
        List<Long> pids = new ArrayList<>();
        int jobs = Trials.full() ? 1000 : 150;
        try (Grader grader = new Grader(GraderSettings.defaults().withWorkers(2).withCacheSize(0))) {
            String code = "import os, tempfile, threading\n"
                    + "threading.Thread(target=os.getpid).start()\n"
                    + "try: tempfile.mkstemp(prefix='maskflow-left')\n"
                    + "except OSError: pass\n"
                    + "try: os.fork()\n"
                    + "except OSError: pass\n"
                    + "def f():\n"
                    + "    return 1\n";
            List<Verdict> verdicts = grader.grade(IntStream.range(0, jobs)
                    .mapToObj(i -> new Submission("job " + i, code + "# " + i, ONE))
                    .toList());
            assertThat(verdicts).hasSize(jobs).allMatch(Verdict::passed);
            pids.addAll(grader.workerPids());
            pids.addAll(grader.judgePids());
            for (long pid : List.copyOf(pids)) {
                ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .forEach(p -> pids.add(p.pid()));
            }
        }
        assertThat(pids).hasSizeGreaterThanOrEqualTo(4);
        for (long pid : pids) { // a namespace takes a moment to end after its worker
            ProcessHandle.of(pid)
                    .ifPresent(p -> p.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        }
        assertThat(ours()).isEqualTo(files);
    }

    /** Files that could be the sandbox's, in the places where anybody may write. */
    private static List<String> ours() throws IOException {
        List<String> found = new ArrayList<>();
        for (String place : List.of(System.getProperty("java.io.tmpdir"), "/tmp", "/dev/shm", "/var/tmp")) {
            if (Files.isDirectory(Path.of(place))) {
                try (Stream<Path> files = Files.list(Path.of(place))) {
                    files.map(p -> p.getFileName().toString())
                            .filter(n -> n.startsWith("maskflow-left") || n.startsWith("maskflow-image"))
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    /** Runs a main class in a JVM of its own; its output and errors. */
    static String jvm(Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** Opens a grader at a level and grades one right program. */
    static final class Opened {
        public static void main(String[] arguments) {
            try (Grader grader =
                    new Grader(GraderSettings.defaults().withLevel(arguments[0]).withWorkers(1))) {
                System.out.println("level " + grader.level().word());
                System.out.println(
                        grader.grade(List.of(slow("0"))).get(0).kind().word());
            } catch (SandboxException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
