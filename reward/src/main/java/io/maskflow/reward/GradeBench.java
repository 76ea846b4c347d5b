package io.maskflow.reward;

import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** How fast the grader is here, beside a fresh interpreter per assert in the same run. */
public final class GradeBench {
    private static final List<String> ASSERTS = List.of(
            "assert weighted_sum([3, 1, 4, 1, 5]) == 46",
            "assert weighted_sum([10, -20, 30]) == 60",
            "assert weighted_sum([7]) == 7");
    private static final String CODE = "def weighted_sum(xs):\n    return sum((i + 1) * x for i, x in enumerate(xs))\n";

    private GradeBench() {}

    /**
     * What was measured.
     *
     * @param sandbox level, interpreter, workers and limits
     * @param asserts asserts graded
     * @param workerStartSeconds mean wall seconds from the start of a worker to its greeting
     * @param firstSeconds wall seconds from opening the grader to its first verdict, canaries included when they had not run yet
     * @param assertsPerSecond asserts graded per wall second, all workers together
     * @param cpuMillis CPU milliseconds of a candidate's process per assert
     * @param ownMillis CPU milliseconds of workers and judges themselves per assert; a worker in a container is not seen
     * @param freshPerSecond asserts per wall second with a fresh {@code python3 -I} each, as many at a time as workers
     * @param freshCpuMillis CPU milliseconds of one fresh interpreter
     * @param ratio the first rate over the second
     */
    public record Result(
            String sandbox,
            int asserts,
            double workerStartSeconds,
            double firstSeconds,
            double assertsPerSecond,
            double cpuMillis,
            double ownMillis,
            double freshPerSecond,
            double freshCpuMillis,
            double ratio) {}

    /**
     * Measures.
     *
     * @param programs programs of three asserts each, >= 1
     */
    public static Result run(GraderSettings settings, int programs) throws IOException {
        if (programs < 1) {
            throw new IllegalArgumentException("programs must be >= 1, was " + programs);
        }
        long start = System.nanoTime();
        try (Grader grader = new Grader(settings.withCacheSize(0))) {
            TestSuite tests = TestSuite.of(ASSERTS);
            grader.grade(List.of(new Submission("first", CODE, tests)));
            double first = (System.nanoTime() - start) * 1e-9;
            List<Submission> batch = IntStream.range(0, programs)
                    .mapToObj(i -> new Submission("bench " + i, CODE + "# " + i, tests))
                    .toList();
            grader.grade(batch.subList(0, Math.min(programs, 4 * settings.workers())));
            Duration before = grader.processCpu();
            start = System.nanoTime();
            List<Verdict> verdicts = grader.grade(batch);
            double seconds = (System.nanoTime() - start) * 1e-9;
            double own = grader.processCpu().minus(before).toNanos() * 1e-9;
            int asserts = verdicts.stream().mapToInt(v -> v.tests().size()).sum();
            double cpu = verdicts.stream().mapToDouble(Verdict::cpuSeconds).sum();
            PythonRuntime python = PythonRuntime.find(settings.python());
            double fresh = fresh(python, settings.workers(), Math.min(asserts, 100));
            double rate = asserts / seconds;
            return new Result(
                    grader.describe(),
                    asserts,
                    grader.workerStartSeconds(),
                    first,
                    rate,
                    cpu / asserts * 1e3,
                    own / asserts * 1e3,
                    fresh,
                    freshCpu(python) * 1e3,
                    rate / fresh);
        }
    }

    /** CPU seconds of a fresh interpreter, the mean of 20 children of one small interpreter that waits for them. */
    private static double freshCpu(PythonRuntime python) throws IOException {
        String program = "import resource, subprocess, sys\nfor _ in range(20):\n"
                + "    subprocess.run([sys.executable, '-I', '-'], input=" + quoted(CODE + ASSERTS.get(0))
                + ", text=True)\n"
                + "u = resource.getrusage(resource.RUSAGE_CHILDREN)\nprint((u.ru_utime + u.ru_stime) / 20)\n";
        Process process = new ProcessBuilder(python.binary().toString(), "-I", "-c", program).start();
        process.getOutputStream().close();
        return Double.parseDouble(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    private static String quoted(String text) {
        return "'" + text.replace("\n", "\\n") + "'";
    }

    /** Asserts per second when each one starts an interpreter of its own. */
    private static double fresh(PythonRuntime python, int parallel, int asserts) throws IOException {
        byte[] program = (CODE + ASSERTS.get(0) + "\n").getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        for (int done = 0; done < asserts; done += parallel) {
            Process[] running = new Process[Math.min(parallel, asserts - done)];
            for (int i = 0; i < running.length; i++) {
                running[i] = new ProcessBuilder(python.binary().toString(), "-I", "-").start();
                running[i].getOutputStream().write(program);
                running[i].getOutputStream().close();
            }
            for (Process process : running) {
                try {
                    process.waitFor(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted");
                }
            }
        }
        return asserts / ((System.nanoTime() - start) * 1e-9);
    }
}
