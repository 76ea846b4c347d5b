package io.maskflow.experiments.cli;

import io.maskflow.experiments.pages.Report;
import io.maskflow.experiments.report.RunFolder;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code report.html} at the end of a run, also of an interrupted one. */
final class RunPage {

    private RunPage() {}

    static void write(Path run, int code, Main main) {
        if (code == ExitCode.DONE || code == ExitCode.INTERRUPTED || code == ExitCode.TERMINATED) {
            RunFolder folder = new RunFolder(run);
            Report.of(List.of(folder)).write(folder.report());
            main.out().println("page: " + folder.report());
        }
    }
}
