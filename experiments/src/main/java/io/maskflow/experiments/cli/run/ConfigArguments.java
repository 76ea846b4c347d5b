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

/** What every command with a settings file takes. */
final class ConfigArguments {

    @Parameters(index = "0", paramLabel = "CONFIG", description = "Settings, YAML.")
    Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override a setting: a dotted key and a YAML value. May be repeated; the last one wins.")
    List<String> overrides = new ArrayList<>();

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
    Path runFolder(Path given, boolean resume) {
        if (given != null) {
            return given;
        }
        return resume ? RunFolderNames.newest(config) : RunFolderNames.fresh(config);
    }

    /** A text as a YAML value that stays a text. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
