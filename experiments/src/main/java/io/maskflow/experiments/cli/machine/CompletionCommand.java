package io.maskflow.experiments.cli.machine;

import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code completion}. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in bash and zsh.",
        footer = {"", "Example:  ./maskflow completion > ~/.maskflow-completion; source ~/.maskflow-completion"})
public final class CompletionCommand implements Callable<Integer> {

    @ParentCommand
    private Console console;

    @Override
    public Integer call() {
        console.out().print(AutoComplete.bash("maskflow", console.commandLine()));
        return ExitCode.DONE;
    }
}
