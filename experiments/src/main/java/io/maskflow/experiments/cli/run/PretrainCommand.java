package io.maskflow.experiments.cli.run;

import io.maskflow.alignment.PretrainConfig;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.finetuning.PretrainRun;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code pretrain}. */
@Command(
        name = "pretrain",
        description = {
            "Trains a masked diffusion model from random weights on the built-in problems (Eq. 1): makes the built-in model again."
        },
        footer = {"", "Example:  ./maskflow pretrain configs/alignment/builtin-base.yaml --out runs/base"})
public final class PretrainCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        LoadedConfig<PretrainConfig> loaded = arguments.load(PretrainConfig.class);
        PretrainConfig asked = loaded.value();
        Path architecture = FineTuningFiles.model(loaded, "architecture", asked.architecture());
        PretrainConfig config =
                new PretrainConfig(architecture.toString(), asked.training(), asked.reduction(), asked.digitWeight());
        Path path = arguments.runFolder();
        return RunEnding.noted(path, () -> run(loaded, path, config));
    }

    private int run(LoadedConfig<PretrainConfig> loaded, Path path, PretrainConfig config) throws IOException {
        RunFolder folder = RunFolder.open(path, arguments.resume());
        loaded.write(folder.config());
        FineTuningFiles.manifest(
                folder, loaded.command("pretrain"), config.training(), Path.of(config.architecture()), List.of());
        return FineTuningFiles.untilStopped(
                "pretrain",
                loaded,
                folder.path(),
                console,
                progress -> PretrainRun.run(config, folder.path(), arguments.resume(), progress));
    }
}
