package io.maskflow.experiments.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Where a run goes when nobody says so. */
final class RunFolderNames {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private RunFolderNames() {}

    /** {@code runs/NAME-YYYYMMDD-HHMMSS}, NAME being the file's without its ending. */
    static Path fresh(Path config) {
        String name = config.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        return Path.of("runs", name + "-" + TIME.format(LocalDateTime.now()));
    }
}
