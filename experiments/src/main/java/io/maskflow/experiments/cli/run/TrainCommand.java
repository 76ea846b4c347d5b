package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.RunPage;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.training.TrainRun;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code train}. */
@Command(
        name = "train",
        description = {
            "Trains a step-size policy by GRPO on a frozen base model and evaluates it. Shows progress; writes a run folder with"
                    + " metrics, policy, results and page. Ctrl-C saves and ends; --resume goes on."
        },
        footer = {"", "Example:  ./maskflow train configs/train/quickstart.yaml --out runs/first --set steps=50"})
public final class TrainCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @Option(
            names = "--accept-changes",
            description = "With --resume: go on although settings, problems or weights are not those of the start.")
    private boolean acceptChanges;

    @Option(
            names = "--dry-run",
            description =
                    "Say what the run will cost (model calls, tokens, hours, memory) and stop. Without the model: what can"
                            + " be counted.")
    private boolean dryRun;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "256",
            description = "With --dry-run and no model here: tokens of a prompt. Default: ${DEFAULT-VALUE}.")
    private int promptTokens;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() {
        if (acceptChanges && !arguments.resume()) {
            throw new ConfigurationException("--accept-changes needs --resume");
        }
        if (promptTokens < 1) {
            throw new ConfigurationException("--prompt-tokens must be at least 1, was " + promptTokens);
        }
        LoadedConfig<TrainConfig> loaded = arguments.load(TrainConfig.class);
        if (dryRun) {
            return TrainRun.dryRun(loaded, promptTokens, console.out());
        }
        Path folder = arguments.runFolder();
        int code = RunEnding.noted(folder, () -> TrainRun.run(loaded, folder, resumption(), console.out()));
        RunPage.write(folder, code, console);
        return code;
    }

    private TrainRun.Resumption resumption() {
        if (!arguments.resume()) {
            return TrainRun.Resumption.NONE;
        }
        return acceptChanges ? TrainRun.Resumption.CHANGED_SETTINGS : TrainRun.Resumption.SAME_SETTINGS;
    }
}
