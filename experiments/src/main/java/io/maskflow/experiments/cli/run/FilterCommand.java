package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.training.filter.FilterConfig;
import io.maskflow.experiments.training.filter.FilterRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code filter}. */
@Command(
        name = "filter",
        description = {
            "Finds the problems that a base model solves with plain mask prediction (XF 5.2) and writes them to problems.jsonl of"
                    + " the run folder."
        },
        footer = {"", "Example:  ./maskflow filter configs/filter/builtin.yaml --set limit=100"})
public final class FilterCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() {
        LoadedConfig<FilterConfig> loaded = arguments.load(FilterConfig.class);
        Path folder = arguments.runFolder();
        return RunEnding.noted(folder, () -> FilterRun.run(loaded, folder, arguments.resume(), console.out()));
    }
}
