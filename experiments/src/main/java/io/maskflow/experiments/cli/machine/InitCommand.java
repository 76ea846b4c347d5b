package io.maskflow.experiments.cli.machine;

import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code init}. */
@Command(
        name = "init",
        description = "Writes a settings file to start from, one that runs in minutes on the built-in model.",
        footer = {"", "Example:  ./maskflow init train mine.yaml"})
public final class InitCommand implements Callable<Integer> {

    private static final Map<String, String> STARTERS = new TreeMap<>(Map.of(
            "train", "configs/train/quickstart.yaml",
            "evaluate", "configs/evaluate/quick.yaml",
            "filter", "configs/filter/builtin.yaml"));

    @Parameters(
            index = "0",
            paramLabel = "COMMAND",
            description = "What the settings are for: train, evaluate or filter.")
    private String command;

    @Parameters(index = "1", paramLabel = "FILE", description = "Where they go; a file that is there is not replaced.")
    private Path file;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() {
        String starter = STARTERS.get(command);
        if (starter == null) {
            throw new ConfigurationException(
                    "init must be for " + String.join(", ", STARTERS.keySet()) + ", was " + command);
        }
        if (Files.exists(file)) {
            throw new ConfigurationException("FILE must not be there yet, was " + file);
        }
        String home = System.getenv("MASKFLOW_HOME");
        Path shipped = Path.of(home == null ? "" : home).resolve(starter);
        try (var lines = Files.lines(shipped)) {
            // Its comments speak of itself, and its schema lies beside it.
            String text = lines.filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
            Files.writeString(
                    file,
                    "# From " + starter + ". Every setting: docs/SETTINGS.md\n#\n#   ./maskflow " + command + " " + file
                            + "\n" + text.strip() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + " from " + shipped + ": " + e.getMessage(), e);
        }
        console.out().println(file + ": go on with ./maskflow " + command + " " + file);
        return ExitCode.DONE;
    }
}
