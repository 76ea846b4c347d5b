package io.maskflow.experiments.cli;

import io.maskflow.experiments.cli.bench.BenchCommand;
import io.maskflow.experiments.cli.bench.ConformanceCommand;
import io.maskflow.experiments.cli.machine.CompletionCommand;
import io.maskflow.experiments.cli.machine.DataCommand;
import io.maskflow.experiments.cli.machine.DoctorCommand;
import io.maskflow.experiments.cli.machine.InitCommand;
import io.maskflow.experiments.cli.model.ExportCommand;
import io.maskflow.experiments.cli.model.GenerateCommand;
import io.maskflow.experiments.cli.model.GradeCommand;
import io.maskflow.experiments.cli.model.InspectCommand;
import io.maskflow.experiments.cli.model.MergeCommand;
import io.maskflow.experiments.cli.model.ReplayCommand;
import io.maskflow.experiments.cli.model.ServeCommand;
import io.maskflow.experiments.cli.run.AblateCommand;
import io.maskflow.experiments.cli.run.AlignCommand;
import io.maskflow.experiments.cli.run.EvaluateCommand;
import io.maskflow.experiments.cli.run.FilterCommand;
import io.maskflow.experiments.cli.run.PretrainCommand;
import io.maskflow.experiments.cli.run.ReportCommand;
import io.maskflow.experiments.cli.run.RunsCommand;
import io.maskflow.experiments.cli.run.TrainCommand;
import io.maskflow.experiments.cli.shared.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "maskflow",
        description = "Trains, by reinforcement learning, how a masked diffusion language model decodes.",
        version = "maskflow 0.1.0-SNAPSHOT",
        subcommands = {
            TrainCommand.class,
            EvaluateCommand.class,
            AblateCommand.class,
            FilterCommand.class,
            AlignCommand.class,
            InspectCommand.class,
            PretrainCommand.class,
            MergeCommand.class,
            GenerateCommand.class,
            ServeCommand.class,
            ExportCommand.class,
            GradeCommand.class,
            ReportCommand.class,
            ReplayCommand.class,
            ConformanceCommand.class,
            BenchCommand.class,
            DataCommand.class,
            RunsCommand.class,
            InitCommand.class,
            CompletionCommand.class,
            DoctorCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration,",
            "3 the result fell short of an asked threshold, 130 interrupted, 143 terminated (state saved).",
            "",
            "Example:  ./maskflow train configs/train/quickstart.yaml"
        })
public final class Main implements Runnable, Console {

    @Option(
            names = "--stacktrace",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show where an error came from.")
    boolean stacktrace;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    boolean version;

    @Spec
    private CommandSpec spec;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public CommandLine commandLine() {
        return spec.commandLine();
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    /** Starts a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(
                List.of(arguments),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)));
    }

    /**
     * Runs a command.
     *
     * @param arguments the command and its arguments
     * @param out where results go
     * @param err where progress and errors go
     * @return the exit code
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err) {
        Locale.setDefault(Locale.ROOT); // figures are read by programs: the same digits and points everywhere
        Main main = new Main(out, err);
        Failures failures = new Failures(main);
        CommandLine command = new CommandLine(main)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setExecutionStrategy(Main::execute)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
        try {
            return command.execute(arguments.toArray(String[]::new));
        } catch (OutOfMemoryError | StackOverflowError exhausted) {
            return failures.report(exhausted, new PrintWriter(err, true));
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Help is not given on what does not exist: {@code unknown --help} names the nearest command instead. */
    private static int execute(CommandLine.ParseResult parsed) {
        for (CommandLine.ParseResult part = parsed; part != null; part = part.subcommand()) {
            if (!part.unmatched().isEmpty()) {
                throw new CommandLine.UnmatchedArgumentException(
                        part.commandSpec().commandLine(), part.unmatched());
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Without a command: the help, as wrong usage. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is needed, such as train");
    }
}
