package io.maskflow.experiments.cli.bench;

import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.cli.shared.GraderOptions;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.GradeBench;
import io.maskflow.reward.sandbox.GraderSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench grade}. */
@Command(
        name = "grade",
        showDefaultValues = true,
        description = {
            "Asserts graded per second, CPU time per assert and worker start, beside a fresh python3 -I per assert in"
                    + " the same run. On a busy machine compare CPU times and the ratio; rates are those of the moment."
        },
        footer = {"", "Example:  ./maskflow bench grade --programs 500 --json bench-grade.json"})
final class BenchGradeCommand implements Callable<Integer> {

    @Mixin
    private GraderOptions grading;

    @Option(
            names = "--programs",
            paramLabel = "N",
            defaultValue = "300",
            description = "Programs of three asserts each.")
    private int programs;

    @Mixin
    private BenchOutput output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (programs < 1 || programs > 1_000_000) {
            throw new ConfigurationException("--programs must lie in [1, 1000000], was " + programs);
        }
        GraderSettings settings = grading.settings();
        GradeBench.Result r = GradeBench.run(settings, programs);
        new BenchSheet("grade")
                .setting("sandbox", r.sandbox())
                .setting("workers", settings.workers())
                .setting("asserts", r.asserts())
                .figure("asserts_per_second", r.assertsPerSecond(), "all workers together")
                .figure("cpu_ms_per_assert", r.cpuMillis() + r.ownMillis(), "candidate, worker and judge")
                .figure("candidate_cpu_ms", r.cpuMillis(), "of that: the candidate's process")
                .figure(
                        "own_cpu_ms",
                        r.ownMillis(),
                        "of that: worker and judge (a worker in a container is not seen from here)")
                .figure("worker_start_s", r.workerStartSeconds(), "a worker, from its start to its greeting, mean")
                .figure("first_verdict_s", r.firstSeconds(), "a grader from nothing, canaries included")
                .figure("fresh_per_second", r.freshPerSecond(), "python3 -I per assert, as many at a time as workers")
                .figure("fresh_cpu_ms", r.freshCpuMillis(), "CPU time of one fresh python3 -I")
                .figure("ratio", r.ratio(), "asserts per second over fresh interpreters per second")
                .publish(spec.commandLine().getOut(), output);
        return ExitCode.DONE;
    }
}
