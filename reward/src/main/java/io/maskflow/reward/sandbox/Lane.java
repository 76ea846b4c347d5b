package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One judge and one sandbox worker, and the one thread that drives them. A dead process is replaced before the next program. */
final class Lane implements AutoCloseable {
    /** Timeouts after which the remaining tests of a program are taken to time out too. */
    private static final int TIMEOUTS = 2;
    /** Requests and bytes, both ways together, of one test item. */
    private static final int REQUESTS = 50_000;

    private static final long BYTES = 512L << 20;
    /** CPU limits, and wall limits, that the requests of one item may use together. */
    private static final int ITEM = 8;

    private final Launcher launcher;
    private final PythonRuntime python;
    private final SandboxLimits limits;
    private volatile Judge judge;
    private volatile Sandbox sandbox;
    private volatile double startSeconds;

    Lane(Launcher launcher, PythonRuntime python, SandboxLimits limits) {
        this.launcher = launcher;
        this.python = python;
        this.limits = limits;
    }

    /** Starts what is missing. */
    void start() throws BrokenException {
        if (judge != null && !judge.alive()) {
            judge.close();
            judge = null;
        }
        if (judge == null) {
            judge = new Judge(python);
        }
        if (sandbox == null) {
            long start = System.nanoTime();
            sandbox = launcher.start();
            startSeconds = (System.nanoTime() - start) * 1e-9;
        }
    }

    /**
     * Grades one program.
     *
     * @param key names the suite; equal suites have equal keys
     * @throws BrokenException if a process failed; the lane is clean again and the program may be tried once more
     */
    Verdict grade(Submission submission, String key) throws BrokenException {
        try {
            start();
            Judge.Plan plan = judge.plan(key, submission.tests());
            if (!plan.bad().isEmpty()) {
                return Verdict.none("the tests of " + submission.id() + " do not parse: " + plan.bad());
            }
            return new Run(submission, plan).grade();
        } catch (BrokenException e) {
            close();
            throw e;
        }
    }

    /** Wall seconds that the last start of a worker took, 0 before the first. */
    double startSeconds() {
        return startSeconds;
    }

    long sandboxPid() {
        return sandbox == null ? -1 : sandbox.pid();
    }

    long judgePid() {
        return judge == null ? -1 : judge.pid();
    }

    /** Ends the worker at once, from another thread, so that a running program does not hold up the end. */
    void abandon() {
        Sandbox running = sandbox;
        if (running != null) {
            running.destroy();
        }
    }

    @Override
    public void close() {
        if (sandbox != null) {
            sandbox.close();
        }
        if (judge != null) {
            judge.close();
        }
        sandbox = null;
        judge = null;
    }

    /** The tests of one program, in order: passes on what the judge asks, and keeps the budgets. */
    private final class Run implements Judge.Witness {
        private final Submission submission;
        private final Judge.Plan plan;
        private final Job job;
        private final long start = System.nanoTime();
        private final List<VerdictKind> kinds = new ArrayList<>();
        private double cpu;
        private String note = "";
        private int timeouts;
        private int costly;
        private Execution.Ended unparsed;
        private Execution.Ended ended;
        private long itemStart;
        private int requests;
        private long bytes;
        private double itemCpu;

        Run(Submission submission, Judge.Plan plan) {
            this.submission = submission;
            this.plan = plan;
            boolean setupFirst = submission.tests().setupOrder() == TestSuite.SetupOrder.SETUP_FIRST;
            int items = plan.items().size();
            job = new Job(
                    submission.code(),
                    plan.setup(),
                    setupFirst,
                    plan.classes(),
                    submission.tests().isScript(),
                    items > 1);
            if (submission.code().length() > Job.PROGRAM_LIMIT) {
                String why = "the program has more than " + Job.PROGRAM_LIMIT + " characters";
                unparsed = new Execution.Ended(VerdictKind.REJECTED, why, true, 0);
            }
        }

        Verdict grade() throws BrokenException {
            int next = 0;
            while (next < plan.items().size()) {
                if (costly >= TIMEOUTS) {
                    decided(List.of(new Judge.Finding(VerdictKind.REJECTED, "skipped after " + TIMEOUTS + " like it")));
                    next++;
                    continue;
                }
                next = judge.run(plan, next, this);
                if (!judge.alive()) {
                    judge.close();
                    judge = new Judge(python);
                    judge.plan(plan.key(), submission.tests());
                }
            }
            sandbox.end();
            return Verdict.of(kinds, (System.nanoTime() - start) * 1e-9, cpu, note);
        }

        @Override
        public void decided(List<Judge.Finding> findings) {
            for (Judge.Finding finding : findings) {
                kinds.add(finding.kind());
                costly += finding.costly() ? 1 : 0;
                if (note.isEmpty() && finding.kind() != VerdictKind.PASSED) {
                    note = finding.note();
                }
            }
            ended = null;
        }

        @Override
        public Optional<Judge.Finding> end() {
            return Optional.ofNullable(ended).map(e -> new Judge.Finding(e.kind(), e.note()));
        }

        @Override
        public Execution ask(boolean opens, byte[] request) throws BrokenException {
            if (opens) {
                itemStart = System.nanoTime();
                requests = 0;
                bytes = 0;
                itemCpu = 0;
                ended = null;
            }
            Execution execution = overBudget(request);
            if (execution == null) {
                execution = opens ? sandbox.open(job.with(request), limits) : sandbox.ask(request, limits);
            }
            cpu += execution.cpuSeconds();
            itemCpu += execution.cpuSeconds();
            if (execution instanceof Execution.Claimed claimed) {
                bytes += claimed.answer().length;
                if (claimed.compiled().length > 0) {
                    job.keep(claimed.compiled());
                }
            } else if (execution instanceof Execution.Ended e) {
                if (e.atParsing()) {
                    unparsed = e;
                }
                if (e.kind() == VerdictKind.TIMEOUT && ended == null) {
                    timeouts++;
                }
                ended = e;
            }
            return execution;
        }

        /** The end that a request comes to without being passed on, or null. */
        private Execution overBudget(byte[] request) {
            requests++;
            bytes += request.length;
            double seconds = (System.nanoTime() - itemStart) * 1e-9;
            if (unparsed != null) {
                return unparsed;
            }
            if (ended != null) {
                return ended;
            }
            if (timeouts >= TIMEOUTS) {
                return end(VerdictKind.TIMEOUT, "skipped after " + TIMEOUTS + " timeouts");
            }
            if (requests > REQUESTS || bytes > BYTES) {
                String what = requests > REQUESTS ? REQUESTS + " requests" : BYTES + " bytes";
                return end(VerdictKind.REJECTED, "the test needs more than " + what);
            }
            if (itemCpu > ITEM * limits.cpuSeconds() || seconds > ITEM * limits.wallSeconds()) {
                return end(VerdictKind.TIMEOUT, "the calls of one test took more than " + ITEM + " limits");
            }
            return null;
        }

        private static Execution.Ended end(VerdictKind kind, String why) {
            return new Execution.Ended(kind, why, false, 0);
        }
    }
}
