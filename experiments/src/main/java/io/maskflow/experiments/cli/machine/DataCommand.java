package io.maskflow.experiments.cli.machine;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code data}. */
@Command(
        name = "data",
        description = "Says which problems and public data sets can be used, and fetches them.",
        subcommands = {DataListCommand.class, DataFetchCommand.class},
        footer = {"", "Example:  ./maskflow data fetch gsm8k"})
public final class DataCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "data needs a command: list or fetch");
    }
}
