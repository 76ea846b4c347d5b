package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.ContainerChannel;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.process.SitePackages;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how good programs are. Three parties: this class orders, times and counts; a judge knows the tests and never runs a
 * candidate; a sandbox runs candidates and never sees an expected value. Safe for use by several threads.
 *
 * <p>A failure of our own is retried once on a fresh worker; if it stays, the verdict is {@link VerdictKind#NO_VERDICT}.
 */
public final class Grader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Grader.class);

    private final GraderSettings settings;
    private final PythonRuntime python;
    private final IsolationProbe.Report isolation;
    private final LinkedBlockingDeque<Task> queue = new LinkedBlockingDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<String, Verdict> cache;
    private final AtomicLong graded = new AtomicLong();
    private final AtomicLong remembered = new AtomicLong();
    private final AtomicLong retried = new AtomicLong();
    private volatile boolean closed;

    private static final class Task {
        final Submission submission;
        final String suite;
        final String key;
        final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        boolean retried;

        Task(Submission submission, String suite, String key) {
            this.submission = submission;
            this.suite = suite;
            this.key = key;
        }
    }

    /**
     * Opens a grader at the asked level, or at the strongest level whose canaries all behave.
     *
     * @throws SandboxException if there is no Python, or no acceptable level works here
     */
    public Grader(GraderSettings settings) {
        this.settings = settings;
        this.python = SitePackages.added(PythonRuntime.find(settings.python()), settings.sitePackages());
        this.isolation = choose(settings, python);
        this.cache = new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
                return size() > settings.cacheSize();
            }
        };
        LOG.info(describe());
        Launcher launcher = new Launcher(isolation.level(), python, settings.limits());
        for (int i = 0; i < settings.workers(); i++) {
            Lane lane = new Lane(launcher, python, settings.limits());
            lanes.add(lane);
            Thread thread = new Thread(() -> serve(lane), "grader-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private static IsolationProbe.Report choose(GraderSettings settings, PythonRuntime python) {
        if (settings.level().isPresent()) {
            IsolationProbe.Report report = IsolationProbe.probe(settings.level().get(), python);
            if (!report.usable()) {
                throw new SandboxException(
                        "sandbox " + report.level().word() + " does not work here: " + report.problem());
            }
            return report;
        }
        List<String> reasons = new ArrayList<>();
        for (IsolationLevel level : List.of(
                IsolationLevel.BUBBLEWRAP,
                IsolationLevel.CONTAINER,
                IsolationLevel.LANDLOCK,
                IsolationLevel.SECCOMP_NO_FILES)) {
            if (level == IsolationLevel.CONTAINER && !ContainerChannel.likely()) {
                continue;
            }
            IsolationProbe.Report report = IsolationProbe.probe(level, python);
            if (report.usable()) {
                if (level == IsolationLevel.SECCOMP_NO_FILES) {
                    LOG.warn(
                            "only the level {} works here ({}): programs that import unusual modules will fail",
                            level.word(),
                            String.join("; ", reasons));
                }
                return report;
            }
            reasons.add(level.word() + ": " + report.problem());
        }
        throw new SandboxException("no sandbox level works here: " + String.join("; ", reasons));
    }

    /** The level in use. */
    public IsolationLevel level() {
        return isolation.level();
    }

    /** For a run record: the level, and the packages that the settings added to what programs see. */
    public String conditions() {
        return isolation.level().word()
                + python.added().map(folder -> ", packages of " + folder).orElse("");
    }

    /** One line: level, interpreter, workers and limits, as it belongs into every run record. */
    public String describe() {
        SandboxLimits limits = settings.limits();
        return "sandbox " + isolation.level().word() + " ("
                + isolation.canaries().size() + " canaries held), Python "
                + python.version() + " " + python.binary() + ", " + settings.workers() + " workers, per assert "
                + limits.cpuSeconds() + " s CPU, " + limits.wallSeconds() + " s wall, " + limits.memoryMiB() + " MiB"
                + (python.added().isPresent()
                        ? ", packages of " + python.added().get() + " (read-only)"
                        : "");
    }

    /**
     * Grades programs, in parallel.
     *
     * @return the verdicts in the order of the submissions
     */
    public List<Verdict> grade(List<Submission> submissions) {
        List<CompletableFuture<Verdict>> futures =
                submissions.stream().map(this::submit).toList();
        return futures.stream().map(CompletableFuture::join).toList();
    }

    /** Grades one program in the background; the future always ends with a verdict. */
    public CompletableFuture<Verdict> submit(Submission submission) {
        String suite = digest(submission.tests().toString());
        String key = digest(suite + "\n" + submission.code());
        Task task = new Task(submission, suite, key);
        Verdict known = lookUp(key);
        if (known != null) {
            remembered.incrementAndGet();
            task.verdict.complete(known);
        } else if (closed) {
            task.verdict.complete(Verdict.none("the grader is closed"));
        } else {
            queue.add(task);
            if (closed) {
                drain();
            }
        }
        return task.verdict;
    }

    /** Programs run so far, without those answered from memory. */
    public long graded() {
        return graded.get();
    }

    /** Programs answered from memory so far. */
    public long remembered() {
        return remembered.get();
    }

    /** Programs that were tried a second time because a worker or a judge failed. */
    public long retried() {
        return retried.get();
    }

    /** Process ids of all workers and judges alive now: for tests that kill them. */
    List<Long> workerPids() {
        return lanes.stream().map(Lane::sandboxPid).filter(p -> p > 0).toList();
    }

    List<Long> judgePids() {
        return lanes.stream().map(Lane::judgePid).filter(p -> p > 0).toList();
    }

    /** Wall seconds from the start of a worker to its greeting, the mean of those started last; 0 before the first. */
    public double workerStartSeconds() {
        return lanes.stream()
                .mapToDouble(Lane::startSeconds)
                .filter(s -> s > 0)
                .average()
                .orElse(0);
    }

    /** CPU time that workers and judges themselves have used; a worker in a container is not seen. */
    public Duration processCpu() {
        return java.util.stream.Stream.concat(workerPids().stream(), judgePids().stream())
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(p -> java.util.stream.Stream.concat(java.util.stream.Stream.of(p), p.descendants()))
                .flatMap(p -> p.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private void serve(Lane lane) {
        try (lane) {
            while (!closed) {
                Task task = queue.take();
                Verdict verdict = attempt(lane, task);
                if (verdict != null) {
                    graded.incrementAndGet();
                    remember(task.key, verdict);
                    task.verdict.complete(verdict);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The verdict, or null if the task waits for its second attempt. */
    private Verdict attempt(Lane lane, Task task) {
        try {
            return lane.grade(task.submission, task.suite);
        } catch (BrokenException e) {
            LOG.warn("{}: {}", task.submission.id(), e.getMessage());
            if (task.retried || closed) {
                return Verdict.none(e.getMessage());
            }
            task.retried = true;
            retried.incrementAndGet();
            queue.addFirst(task);
            return null;
        } catch (RuntimeException e) {
            LOG.warn("{}: unexpected failure of the grader", task.submission.id(), e);
            lane.close();
            return Verdict.none("unexpected failure of the grader: " + e);
        }
    }

    private Verdict lookUp(String key) {
        synchronized (cache) {
            return cache.get(key);
        }
    }

    private void remember(String key, Verdict verdict) {
        if (settings.cacheSize() > 0 && verdict.repeatable()) {
            synchronized (cache) {
                cache.put(key, verdict);
            }
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_16BE));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void drain() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            task.verdict.complete(Verdict.none("the grader is closed"));
        }
    }

    /** Ends all workers and judges; programs still waiting get no verdict. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        lanes.forEach(Lane::abandon);
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        drain();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
