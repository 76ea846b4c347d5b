package io.maskflow.experiments.cli.bench;

import io.maskflow.experiments.benchmark.LearnerBench;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.models.EngineThreads;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench learner}. */
@Command(
        name = "learner",
        showDefaultValues = true,
        description = {
            "CPU seconds that one update of the policy costs per million decisions (a token at a step) and thread: forward,"
                    + " clipped loss, gradient, in double; by every backend, by the engine's automatic differentiation,"
                    + " and the bare matrix products alone.",
            "On a busy machine compare the ratios."
        },
        footer = {"", "Example:  ./maskflow bench learner --threads 2 --json bench-learner.json"})
final class BenchLearnerCommand implements Callable<Integer> {

    @Option(
            names = "--decisions",
            paramLabel = "N",
            defaultValue = "262144",
            description = "Decisions of the batch, for each thread.")
    private int decisions;

    @Option(names = "--trajectory", paramLabel = "N", defaultValue = "256", description = "Decisions per trajectory.")
    private int trajectory;

    @Option(names = "--hidden", paramLabel = "N", defaultValue = "64", description = "Width of the policy's layers.")
    private int hidden;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Threads that work at a time.")
    private int threads;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "5", description = "How often it is timed.")
    private int repeats;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "CPU seconds before anything is timed, for each way: the compiler needs them.")
    private double warmUp;

    @Option(names = "--java-only", description = "Leaves out ND4J and automatic differentiation, which are slower.")
    private boolean javaOnly;

    @Mixin
    private BenchOutput output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        EngineThreads.set(1);
        LearnerBench.Settings settings =
                new LearnerBench.Settings(decisions, trajectory, hidden, threads, repeats, warmUp, !javaOnly);
        Map<String, LearnerBench.Cost> costs = LearnerBench.run(settings);
        BenchSheet sheet = new BenchSheet("learner")
                .setting("decisions", decisions)
                .setting("trajectory", trajectory)
                .setting("hidden", hidden)
                .setting("threads", threads)
                .setting("repeats", repeats);
        LearnerBench.Cost products = costs.get("products");
        costs.forEach((name, cost) ->
                sheet.figure(name + "_cpu_s", cost.cpuSeconds(), "per million decisions and thread: " + words(name)));
        costs.forEach((name, cost) -> {
            if (cost != products) {
                sheet.figure(
                        name + "_ratio", cost.cpuSeconds() / products.cpuSeconds(), "over the bare matrix products");
            }
        });
        costs.forEach(
                (name, cost) -> sheet.figure(name + "_heap_bytes", cost.heapBytes(), "allocated in Java per decision"));
        sheet.publish(spec.commandLine().getOut(), output);
        return ExitCode.DONE;
    }

    private static String words(String name) {
        return switch (name) {
            case "vector" -> "gradient, Vector API";
            case "scalar" -> "gradient, plain Java";
            case "nd4j" -> "gradient, ND4J";
            case "autograd" -> "gradient, the engine's automatic differentiation (one thread)";
            case "behaviour" -> "log densities of what was drawn, once per training step";
            default -> "the matrix products of a gradient, nothing else";
        };
    }
}
