package io.maskflow.reward.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One judge and one sandbox worker, and the one thread that drives them. A dead process is replaced before the next program. */
final class Lane implements AutoCloseable {
    /** Timeouts after which the remaining tests of a program are taken to time out too. */
    private static final int TIMEOUTS = 2;

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

    /** The tests of one program, in order. */
    private final class Run {
        private final Submission submission;
        private final Judge.Plan plan;
        private final long start = System.nanoTime();
        private final List<VerdictKind> kinds = new ArrayList<>();
        private double cpu;
        private String note = "";
        private int timeouts;
        private Execution.Ended unparsed;

        Run(Submission submission, Judge.Plan plan) {
            this.submission = submission;
            this.plan = plan;
        }

        Verdict grade() throws BrokenException {
            for (int i = 0; i < plan.tests().size(); i++) {
                Judge.PlannedTest test = plan.tests().get(i);
                if (test.cut()) {
                    add(one(test, i));
                } else {
                    for (Judge.Finding finding : judge.run(plan, i, this::execute)) {
                        add(finding);
                    }
                }
                if (!judge.alive()) {
                    judge.close();
                    judge = new Judge(python);
                    judge.plan(plan.key(), submission.tests());
                }
            }
            return Verdict.of(kinds, (System.nanoTime() - start) * 1e-9, cpu, note);
        }

        private void add(Judge.Finding finding) {
            kinds.add(finding.kind());
            if (note.isEmpty() && finding.kind() != VerdictKind.PASSED) {
                note = finding.note();
            }
        }

        private Judge.Finding one(Judge.PlannedTest test, int index) throws BrokenException {
            Execution execution = execute(test.steps(), false);
            if (execution instanceof Execution.Claimed claimed) {
                return judge.check(plan, index, claimed.values());
            } else if (execution instanceof Execution.Ended ended) {
                return new Judge.Finding(ended.kind(), ended.note());
            }
            throw new IllegalStateException("unknown execution " + execution);
        }

        private Execution execute(JsonNode steps, boolean batch) throws BrokenException {
            if (unparsed != null) {
                return unparsed;
            }
            if (timeouts >= TIMEOUTS) {
                return new Execution.Ended(VerdictKind.TIMEOUT, "skipped after " + TIMEOUTS + " timeouts", false, 0);
            }
            Execution execution = sandbox.run(job(steps), limits);
            cpu += execution.cpuSeconds();
            if (execution instanceof Execution.Ended ended) {
                if (ended.atParsing()) {
                    unparsed = ended;
                }
                if (ended.kind() == VerdictKind.TIMEOUT && !batch) {
                    timeouts++;
                }
            }
            return execution;
        }

        /** Everything that the sandbox ever hears of a problem: the candidate, the set-up, the holes. */
        private byte[] job(JsonNode steps) {
            Map<String, Object> job = new LinkedHashMap<>();
            job.put("code", submission.code());
            job.put("setup", submission.tests().setup());
            job.put("order", submission.tests().setupOrder() == TestSuite.SetupOrder.SETUP_FIRST ? "setup_first" : "");
            job.put("steps", steps);
            job.put("single", steps.size() == 1);
            return Json.bytes(job);
        }
    }
}
