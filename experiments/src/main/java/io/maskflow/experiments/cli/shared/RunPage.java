package io.maskflow.experiments.cli.shared;

import io.maskflow.experiments.pages.Report;
import io.maskflow.experiments.run.RunFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code report.html} at the end of a run, also of an interrupted one. */
public final class RunPage {

    private RunPage() {}

    /**
     * Writes the page and says where.
     *
     * @param run the run folder
     * @param code how the run ended; nothing is written of a failed one
     * @param console is told
     */
    public static void write(Path run, int code, Console console) {
        write(run, code, console.out());
    }

    /** The same, told to another stream. */
    public static void write(Path run, int code, PrintStream told) {
        if (code == ExitCode.DONE || code == ExitCode.INTERRUPTED || code == ExitCode.TERMINATED) {
            RunFolder folder = new RunFolder(run);
            Report.of(List.of(folder)).write(folder.report());
            told.println("page: " + folder.report());
        }
    }
}
