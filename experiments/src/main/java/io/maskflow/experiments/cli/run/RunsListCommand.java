package io.maskflow.experiments.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code runs list}. */
@Command(
        name = "list",
        description = "Lists the runs in a folder, the newest first: when, how long, how they ended, what solved most.",
        footer = {"", "Example:  ./maskflow runs list"})
final class RunsListCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Where the run folders are. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(names = "--json", description = "As JSON in place of a table.")
    private boolean json;

    @ParentCommand
    private RunsCommand runs;

    /** One run: the fields of its manifest, and the best row of its table. */
    private record Run(String folder, String started, String state, long seconds, String command, String best) {}

    @Override
    public Integer call() throws JsonProcessingException {
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException("DIR must be a folder of run folders, was " + folder);
        }
        List<Run> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            folders.map(RunFolder::new)
                    .filter(run -> Files.isRegularFile(run.manifest()))
                    .map(RunsListCommand::read)
                    .sorted(Comparator.comparing(Run::started).reversed())
                    .forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
        if (json) {
            runs.console()
                    .out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(found));
            return ExitCode.DONE;
        }
        for (Run run : found) {
            runs.console()
                    .out()
                    .printf(
                            Locale.ROOT,
                            "%-20s  %-11s  %7d s  %s%n    %s%n%s",
                            run.started(),
                            run.state(),
                            run.seconds(),
                            run.folder(),
                            run.command(),
                            run.best().isEmpty() ? "" : "    " + run.best() + System.lineSeparator());
        }
        return ExitCode.DONE;
    }

    private static Run read(RunFolder folder) {
        RunManifest manifest = RunManifest.read(folder.manifest());
        return new Run(
                folder.path().toString(),
                manifest.started(),
                manifest.state(),
                manifest.seconds(),
                manifest.command(),
                best(folder));
    }

    private static String best(RunFolder folder) {
        if (!Files.isRegularFile(folder.summary())) {
            return "";
        }
        return Summary.read(folder.summary()).rows().stream()
                .max(Comparator.comparingDouble(Summary.Row::passAt1))
                .map(row -> String.format(
                        Locale.ROOT,
                        "%.1f %% of %d by %s at %s (most of its table)",
                        100 * row.passAt1(),
                        row.n(),
                        row.decoder(),
                        row.budget()))
                .orElse("");
    }
}
