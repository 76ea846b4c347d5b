package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.pages.Report;
import io.maskflow.experiments.report.export.EvalPlusExport;
import io.maskflow.experiments.report.export.LmEvalExport;
import io.maskflow.experiments.report.export.TableExport;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
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
                    + " file that needs no network.",
            "With --format the tables alone: csv (rows and pairs), latex (booktabs), lm-eval (results_*.json as"
                    + " lm-evaluation-harness writes them, a folder per decoder and budget); evalplus writes the programs, {task_id,"
                    + " solution}, for EvalPlus to grade."
        },
        footer = {"", "Example:  ./maskflow report runs/a runs/b --out compare.html"})
public final class ReportCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run folders.")
    private List<Path> runs;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where the page or the tables go; a folder for csv, lm-eval and evalplus. Default: in the first run folder.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "html",
            description = "html, csv, latex, lm-eval or evalplus. Default: ${DEFAULT-VALUE}.")
    private String format;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<RunFolder> folders = runs.stream().map(RunFolder::new).toList();
        switch (format) {
            case "html" -> page(folders);
            case "csv" -> csv(folders);
            case "latex" -> latex(folders);
            case "lm-eval" -> ofEach(folders, LmEvalExport.FOLDER, LmEvalExport::write);
            case "evalplus" -> ofEach(folders, EvalPlusExport.FOLDER, EvalPlusExport::write);
            default ->
                throw new ConfigurationException(
                        "--format must be html, csv, latex, lm-eval or evalplus, was " + format);
        }
        return ExitCode.DONE;
    }

    private void page(List<RunFolder> folders) {
        Report report = Report.of(folders);
        Path file = out == null ? folders.get(0).report() : out;
        report.write(file);
        say(file);
    }

    private void csv(List<RunFolder> folders) {
        TableExport tables = TableExport.of(folders);
        Path folder = folder(folders);
        DurableFile.write(folder.resolve(TableExport.CSV), tables.csv());
        DurableFile.write(folder.resolve(TableExport.PAIRS), tables.pairsCsv());
        say(folder.resolve(TableExport.CSV));
        say(folder.resolve(TableExport.PAIRS));
    }

    private void latex(List<RunFolder> folders) {
        Path file = out == null ? folders.get(0).path().resolve(TableExport.LATEX) : out;
        DurableFile.write(file, TableExport.of(folders).latex());
        say(file);
    }

    /** Several runs into one folder would meet under the same names: each has its own there. */
    private void ofEach(List<RunFolder> folders, String name, BiFunction<RunFolder, Path, List<Path>> export) {
        for (RunFolder run : folders) {
            Path folder = run.path().resolve(name);
            if (out != null) {
                folder = folders.size() == 1
                        ? out
                        : out.resolve(run.path().toAbsolutePath().normalize().getFileName());
            }
            export.apply(run, folder).forEach(this::say);
        }
    }

    private Path folder(List<RunFolder> folders) {
        return out == null ? folders.get(0).path() : out;
    }

    private void say(Path file) {
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
    }
}
