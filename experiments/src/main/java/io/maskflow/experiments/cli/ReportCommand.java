package io.maskflow.experiments.cli;

import io.maskflow.experiments.pages.Report;
import io.maskflow.experiments.report.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}. */
@Command(
        name = "report",
        description = {
            "Makes the page of one run, or of several compared: curves, results with intervals, paired tests, settings. One HTML"
                    + " file that needs no network."
        },
        footer = {"", "Example:  ./maskflow report runs/a runs/b --out compare.html"})
final class ReportCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run folders.")
    private List<Path> runs;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the page goes. Default: report.html in the first run folder.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<RunFolder> folders = runs.stream().map(RunFolder::new).toList();
        Report report = Report.of(folders);
        Path file = out == null ? folders.get(0).report() : out;
        report.write(file);
        spec.commandLine().getOut().println(file);
        return ExitCode.DONE;
    }
}
