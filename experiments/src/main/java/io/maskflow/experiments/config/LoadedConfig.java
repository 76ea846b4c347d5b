package io.maskflow.experiments.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A configuration after includes, overrides and defaults.
 *
 * @param value the checked record
 * @param resolved the same as a tree, every default filled in: written beside the results, and loadable again
 * @param source the file it came from
 * @param places dotted path of a setting to the file and line, or the option, that says it
 * @param command how it was asked for
 * @param <T> the record type
 */
public record LoadedConfig<T>(
        T value, ObjectNode resolved, Path source, Map<String, String> places, AskedCommand command) {

    /** The same settings, asked for by a command line. */
    public LoadedConfig<T> askedBy(AskedCommand line) {
        return new LoadedConfig<>(value, resolved, source, places, line);
    }

    /**
     * The command line, for a manifest.
     *
     * @param name of the command, for settings that were loaded without one
     */
    public String command(String name) {
        return command.words().isEmpty() ? name + " " + source : command.text();
    }

    /** Where a setting was written: {@code file:line}, an option, or the file if it was left at its default. */
    public String placeOf(String setting) {
        return PlacedTree.placeOf(setting, places, source.toString());
    }

    /** The resolved configuration as YAML. */
    public String yaml() {
        return ConfigFiles.toYaml(resolved);
    }

    /**
     * Writes the resolved configuration.
     *
     * @param file where to; replaced if it exists
     */
    public void write(Path file) {
        try {
            Files.writeString(file, yaml());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Finds a file or folder that a setting names. A relative path is tried from the working directory, then from the
     * folder of the configuration file, then from the project's folder ({@code MASKFLOW_HOME}); the first that exists
     * wins.
     *
     * @param setting name of the setting, for the message
     * @param path what the file says
     * @return an existing path
     * @throws ConfigurationException if there is nothing at any of these places
     */
    public Path existing(String setting, String path) {
        List<Path> candidates = new ArrayList<>();
        candidates.add(Path.of(path));
        if (!Path.of(path).isAbsolute()) {
            Path folder = source.toAbsolutePath().getParent();
            if (folder != null) {
                candidates.add(folder.resolve(path).normalize());
            }
            String home = System.getenv("MASKFLOW_HOME");
            if (home != null && !home.isBlank()) {
                candidates.add(Path.of(home).resolve(path).normalize());
            }
        }
        for (Path candidate : candidates) {
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new ConfigurationException(setting + " must name an existing file or folder, was " + path + " ("
                + placeOf(setting) + ": " + setting + ")");
    }
}
