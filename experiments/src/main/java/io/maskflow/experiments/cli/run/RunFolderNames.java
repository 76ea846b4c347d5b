package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a run goes when nobody says so. */
final class RunFolderNames {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private static final Path RUNS = Path.of("runs");

    private RunFolderNames() {}

    /** {@code runs/NAME-YYYYMMDD-HHMMSS}, NAME being the file's without its ending. */
    static Path fresh(Path config) {
        return RUNS.resolve(name(config) + "-" + TIME.format(LocalDateTime.now()));
    }

    /** The newest folder that {@link #fresh} has named for this file. */
    static Path newest(Path config) {
        try (Stream<Path> runs = Files.isDirectory(RUNS) ? Files.list(RUNS) : Stream.empty()) {
            String pattern = Pattern.quote(name(config)) + "-\\d{8}-\\d{6}";
            return runs.filter(run -> run.getFileName().toString().matches(pattern))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new ConfigurationException(
                            "--resume needs an earlier run of " + config + " in runs/, or its folder in --out"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + RUNS, e);
        }
    }

    private static String name(Path config) {
        return config.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }
}
