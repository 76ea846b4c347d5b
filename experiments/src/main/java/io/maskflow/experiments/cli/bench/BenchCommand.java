package io.maskflow.experiments.cli.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench}: one sub-command per thing that can be measured. */
@Command(
        name = "bench",
        description = {
            "Measures how fast parts are on this machine, each beside a plain alternative in the same run.",
            "Prints a table; --json FILE writes the same figures with machine, threads and versions."
        },
        subcommands = {
            BenchGradeCommand.class,
            BenchDecodeCommand.class,
            BenchLearnerCommand.class,
            BenchCheckpointCommand.class
        },
        footer = {"", "Example:  ./maskflow bench grade --workers 2 --json bench-grade.json"})
public final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "bench needs a command: decode, learner, grade or checkpoint");
    }
}
