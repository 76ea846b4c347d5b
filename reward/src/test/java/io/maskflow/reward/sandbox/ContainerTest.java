package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.sandbox.process.ContainerImage;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container level on a real engine. */
@Tag("docker")
class ContainerTest {
    private static final TestSuite ONE = TestSuite.of(List.of("assert f() == 1"));

    @BeforeAll
    static void engineOrSkip() {
        Assumptions.assumeTrue(Trials.engine(), "no container engine");
    }

    private static Grader grader(int workers) {
        return new Grader(GraderSettings.defaults()
                .withLevel("container")
                .withWorkers(workers)
                .withLimits(Trials.SHORT));
    }

    @Test
    void theGivenHostileSetGetsTheExpectedVerdicts() {
        List<JsonRows.Row> rows = JsonRows.read(Trials.resource("golden/adversarial.jsonl"));
        try (Grader grader = grader(4)) {
            List<Verdict> verdicts = grader.grade(rows.stream()
                    .map(r -> new Submission(r.text("id"), r.text("code"), TestSuite.of(r.texts("prompt_tests"))))
                    .toList());
            List<String> wrong = IntStream.range(0, rows.size())
                    .filter(i -> !List.of(rows.get(i).text("expected_verdict").split("\\|"))
                            .contains(verdicts.get(i).kind().word()))
                    .mapToObj(i -> rows.get(i).text("id") + ": " + verdicts.get(i))
                    .toList();
            assertThat(wrong).isEmpty();
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void aContainerThatGoesInMidRunIsReplaced() throws Exception {
        try (Grader grader = grader(1)) {
            grader.grade(List.of(new Submission("warm", "def f():\n    return 2", ONE)));
            String slow = "import time\ndef f():\n    time.sleep(2)\n    return 1\n";
            CompletableFuture<Verdict> verdict = grader.submit(new Submission("slow", slow, ONE));
            Thread.sleep(300);
            docker("kill", containers().get(0));
            assertThat(verdict.get().passed()).isTrue();
            assertThat(grader.retried()).isEqualTo(1);
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void noContainerOutlivesAKilledJvm() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process jvm = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Halting.class.getName())
                .inheritIO()
                .start();
        assertThat(jvm.waitFor()).isEqualTo(3);
        for (int i = 0; i < 100 && !containers().isEmpty(); i++) {
            Thread.sleep(100);
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void anEngineThatGoesInMidRunGivesNoVerdictAndSaysSo(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(EngineProxy.possible(), "SKIPPED: the engine is not at its usual socket");
        Path socket = folder.resolve("engine.sock");
        try (EngineProxy engine = new EngineProxy(socket)) {
            ProcessBuilder builder = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Orphan.class.getName())
                    .redirectErrorStream(true);
            builder.environment().put("DOCKER_HOST", "unix://" + socket);
            Process jvm = builder.start();
            StringBuilder said = new StringBuilder();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    said.append(line).append('\n');
                    if (line.equals("running")) {
                        Thread.sleep(700);
                        engine.close();
                    }
                }
            }
            jvm.waitFor();
            assertThat(said.toString())
                    .contains("first passed")
                    .contains("second no_verdict")
                    .contains("container");
        }
        assertNoContainerIsLeft();
    }

    /** The engine removes a container when its last process has gone, a moment after it was told to. */
    private static void assertNoContainerIsLeft() throws InterruptedException {
        for (int i = 0; i < 100 && !containers().isEmpty(); i++) {
            Thread.sleep(100);
        }
        assertThat(containers()).isEmpty();
    }

    /** Grades one program, and a second one while its engine goes. */
    static final class Orphan {
        public static void main(String[] arguments) {
            try (Grader grader = grader(1)) {
                Submission right = new Submission("one", "def f():\n    return 1", ONE);
                System.out.println(
                        "first " + grader.grade(List.of(right)).get(0).kind().word());
                String slow = "import time\ndef f():\n    time.sleep(2.5)\n    return 1\n";
                CompletableFuture<Verdict> verdict = grader.submit(new Submission("slow", slow, ONE));
                System.out.println("running");
                System.out.println("second " + verdict.join().kind().word() + " "
                        + verdict.join().note());
            }
        }
    }

    @Test
    void manyJobsLeaveNoContainer() throws InterruptedException {
        int jobs = Trials.full() ? 1000 : 150;
        try (Grader grader = grader(2)) {
            List<Verdict> verdicts = grader.grade(IntStream.range(0, jobs)
                    .mapToObj(i -> new Submission("job " + i, "def f():\n    return 1 # " + i, ONE))
                    .toList());
            assertThat(verdicts).hasSize(jobs).allMatch(Verdict::passed);
            assertThat(containers()).hasSize(2);
        }
        assertNoContainerIsLeft();
    }

    /** Opens a grader, grades, and stops without closing anything. */
    static final class Halting {
        public static void main(String[] arguments) {
            Grader grader = grader(1);
            grader.grade(List.of(new Submission("one", "def f():\n    return 1", ONE)));
            if (containers().isEmpty()) {
                Runtime.getRuntime().halt(4);
            }
            Runtime.getRuntime().halt(3);
        }
    }

    private static List<String> containers() {
        return docker("ps", "-a", "-q", "--filter", "ancestor=" + ContainerImage.name(PythonRuntime.find("")));
    }

    private static List<String> docker(String... arguments) {
        try {
            List<String> command = new java.util.ArrayList<>(List.of("docker"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
