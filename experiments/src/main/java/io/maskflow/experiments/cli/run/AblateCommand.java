package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.ablation.AblateConfig;
import io.maskflow.experiments.ablation.AblateRun;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.PolicyOption;
import io.maskflow.experiments.cli.shared.RunPage;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ablate}. */
@Command(
        name = "ablate",
        description = {
            "Takes one component at a time out of a full system and compares each row with it: difference, interval, paired"
                    + " test, Holm's correction. Rows that need another policy say so and train it in rows/."
        },
        footer = {
            "",
            "Example:  ./maskflow ablate configs/ablate/table2.yaml --policy \"runs/both-{seed}/best/policy.safetensors\""
        })
public final class AblateCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Policy of the full system if the settings name none; {seed} in it stands for the seed.")
    private String policy;

    @Option(names = "--json", description = "Print summary.json in place of the table.")
    private boolean json;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        LoadedConfig<AblateConfig> given = arguments.load(AblateConfig.class);
        LoadedConfig<AblateConfig> loaded = policy == null ? given : withPolicy(given);
        Path folder = arguments.runFolder();
        PrintStream told = json ? console.err() : console.out();
        int code = RunEnding.noted(folder, () -> AblateRun.run(loaded, folder, arguments.resume(), told));
        RunPage.write(folder, code, told);
        if (json) {
            console.out().println(Files.readString(new RunFolder(folder).summary()));
        }
        return code;
    }

    private LoadedConfig<AblateConfig> withPolicy(LoadedConfig<AblateConfig> given) {
        AblateConfig changed = given.value().withPolicy(policy);
        PolicyOption.require(policy);
        PolicyOption.requireUse(given.value(), changed);
        return ConfigFiles.withValue(given, changed);
    }
}
