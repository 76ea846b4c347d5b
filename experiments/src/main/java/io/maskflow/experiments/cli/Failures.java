package io.maskflow.experiments.cli;

import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.SettingNames;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.sandbox.process.SandboxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what was thrown into one line and an exit code. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {

    private final Main main;

    Failures(Main main) {
        this.main = main;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        return report(thrown, command.getErr());
    }

    int report(Throwable thrown, PrintWriter err) {
        err.println("maskflow: " + line(thrown));
        if (main.stacktrace) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return exitCode(thrown);
    }

    @Override
    public int handleParseException(ParameterException thrown, String[] arguments) {
        CommandLine command = thrown.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("maskflow: " + message(thrown) + " ("
                + command.getCommandSpec().qualifiedName() + " --help shows usage)");
        if (main.stacktrace) {
            thrown.printStackTrace(err);
        }
        err.flush();
        return ExitCode.WRONG_USAGE;
    }

    /** The first line of picocli's message, with the nearest command or option where a name is unknown. */
    private static String message(ParameterException thrown) {
        String line = oneLine(thrown.getMessage());
        if (!(thrown instanceof CommandLine.UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return line;
        }
        String unknown = unmatched.getUnmatched().get(0);
        CommandLine command = thrown.getCommandLine();
        List<String> known = new ArrayList<>();
        if (unknown.startsWith("-")) {
            command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
            return "unknown option " + unknown + hint(unknown, known);
        }
        Map<String, CommandLine> commands = command.getSubcommands();
        if (commands.isEmpty()) {
            return "unexpected argument " + unknown;
        }
        known.addAll(commands.keySet());
        return "unknown command " + unknown + hint(unknown, known);
    }

    private static String hint(String unknown, List<String> known) {
        return SettingNames.nearest(unknown, known)
                .map(name -> ", did you mean " + name + "?")
                .orElse("");
    }

    private static String line(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            return "out of memory: give the Java machine more with MASKFLOW_JAVA_OPTS=-Xmx8g";
        }
        if (thrown instanceof StackOverflowError) {
            return "a file is nested too deeply to be read";
        }
        boolean expected = thrown instanceof ConfigurationException
                || thrown instanceof IllegalArgumentException
                || thrown instanceof ProblemDataException
                || thrown instanceof SandboxException
                || thrown instanceof IllegalStateException
                || thrown instanceof ArithmeticException
                || thrown instanceof UncheckedIOException;
        if (expected && thrown.getMessage() != null && !thrown.getMessage().isBlank()) {
            return oneLine(thrown.getMessage());
        }
        if (thrown instanceof IOException) {
            return oneLine("cannot read or write " + thrown.getMessage());
        }
        return "failed by an error of its own: " + oneLine(String.valueOf(thrown))
                + " (--stacktrace shows where; please report it)";
    }

    private static int exitCode(Throwable thrown) {
        return thrown instanceof ConfigurationException
                        || thrown instanceof CheckpointException
                        || thrown instanceof ProblemDataException
                ? ExitCode.WRONG_USAGE
                : ExitCode.FAILED;
    }

    /** Lines joined by semicolons; by a blank where a line announces the next. */
    private static String oneLine(String text) {
        return String.join(
                        "; ",
                        text.lines()
                                .map(String::strip)
                                .filter(line -> !line.isEmpty())
                                .toList())
                .replace(":; ", ": ");
    }
}
