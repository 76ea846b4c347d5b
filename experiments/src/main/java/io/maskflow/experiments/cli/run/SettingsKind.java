package io.maskflow.experiments.cli.run;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.PretrainConfig;
import io.maskflow.experiments.ablation.AblateConfig;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.training.filter.FilterConfig;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which command a settings file is meant for, told by its keys. */
enum SettingsKind {
    TRAIN("train", TrainConfig.class),
    EVALUATE("evaluate", EvaluateConfig.class),
    ABLATE("ablate", AblateConfig.class),
    FILTER("filter", FilterConfig.class),
    ALIGN("align", AlignConfig.class),
    PRETRAIN("pretrain", PretrainConfig.class);

    private final String command;
    private final Class<?> type;

    SettingsKind(String command, Class<?> type) {
        this.command = command;
        this.type = type;
    }

    /** Name of the command. */
    String command() {
        return command;
    }

    /** The record its settings are read into. */
    Class<?> type() {
        return type;
    }

    /**
     * Explains a file that a command has refused, if it is the file of another one.
     *
     * @param file a settings file
     * @param type what it was read as
     * @param refused why it was refused
     * @return what to say: the refusal itself if no other command knows all keys of the file
     */
    static ConfigurationException explained(Path file, Class<?> type, ConfigurationException refused) {
        Set<String> keys;
        try {
            keys = ConfigFiles.keys(file);
        } catch (ConfigurationException unreadable) {
            return refused;
        }
        if (names(type).containsAll(keys)) {
            return refused;
        }
        Optional<SettingsKind> meant = Arrays.stream(values())
                .filter(kind -> kind.type != type && names(kind.type).containsAll(keys))
                .findFirst();
        return meant.map(kind -> new ConfigurationException(
                        file + " holds settings of " + kind.command + ": ./maskflow " + kind.command + " " + file,
                        refused))
                .orElse(refused);
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
    }
}
