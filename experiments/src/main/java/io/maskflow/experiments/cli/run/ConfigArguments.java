package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.config.AskedCommand;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every command that makes a run takes: a settings file, overrides, and where the run goes or goes on. */
final class ConfigArguments {

    @Parameters(index = "0", paramLabel = "CONFIG", description = "Settings, YAML.")
    Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override a setting: a dotted key and a YAML value. May be repeated; the last one wins.")
    List<String> overrides = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Run folder, new or empty. Default: runs/NAME-YYYYMMDD-HHMMSS.")
    private Path out;

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in --out (default: the newest of this CONFIG in runs/): what is done is not done"
                            + " again.")
    private boolean resume;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The settings, checked. */
    <T> LoadedConfig<T> load(Class<T> type) {
        return load(type, List.of());
    }

    /** The settings with further overrides that win over {@code --set}. */
    <T> LoadedConfig<T> load(Class<T> type, List<String> more) {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(more);
        try {
            return ConfigFiles.load(config, all, type).askedBy(asked());
        } catch (ConfigurationException refused) {
            throw SettingsKind.explained(config, type, refused);
        }
    }

    private AskedCommand asked() {
        return new AskedCommand(command.root().commandLine().getParseResult().originalArgs(), Optional.empty());
    }

    /**
     * The run folder: the given one; else, to go on, the newest of this file in {@code runs/}; else a new one there.
     *
     * @throws ConfigurationException if there is nothing to go on with
     */
    Path runFolder() {
        if (out != null) {
            return out;
        }
        return resume ? RunFolderNames.newest(config) : RunFolderNames.fresh(config);
    }

    /** Whether an earlier run goes on. */
    boolean resume() {
        return resume;
    }

    /** A text as a YAML value that stays a text. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
