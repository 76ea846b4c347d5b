package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.cli.shared.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code runs}. */
@Command(
        name = "runs",
        description = "Lists run folders, or compares two.",
        subcommands = {RunsListCommand.class, RunsCompareCommand.class},
        footer = {"", "Example:  ./maskflow runs compare runs/first runs/second"})
public final class RunsCommand implements Runnable {

    @ParentCommand
    private Console console;

    @Spec
    private CommandSpec spec;

    /** Where tables go. */
    Console console() {
        return console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: list or compare");
    }
}
