package io.maskflow.experiments.config;

import java.nio.file.Path;

/** Finds the files and folders that settings name; see {@link LoadedConfig#existing}. */
@FunctionalInterface
public interface FileFinder {

    /**
     * @param setting name of the setting, for the message
     * @param path what the setting says
     * @return an existing path
     * @throws ConfigurationException if there is nothing there
     */
    Path find(String setting, String path);

    /**
     * The same for the settings of a section, so that a message names the setting whole.
     *
     * @param section dotted path of the section
     */
    default FileFinder under(String section) {
        return (setting, path) -> find(section + "." + setting, path);
    }
}
