package io.maskflow.experiments.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.SettingChanges;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code runs compare}. */
@Command(
        name = "compare",
        description = {
            "Compares two runs: the settings that differ, and for every decoder and budget that both have the difference on the"
                    + " same problems and seeds, with its interval and Holm's correction."
        },
        footer = {"", "Example:  ./maskflow runs compare runs/first runs/second"})
final class RunsCompareCommand implements Callable<Integer> {

    private static final String FIRST = "first:";
    private static final String SECOND = "second:";

    @Parameters(index = "0", paramLabel = "FIRST", description = "A run folder.")
    private Path first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "Another one.")
    private Path second;

    @Option(names = "--json", description = "As JSON in place of a table.")
    private boolean json;

    @ParentCommand
    private RunsCommand runs;

    /** What differs. */
    private record Difference(List<String> settings, List<Summary.Pair> pairs) {}

    @Override
    public Integer call() throws JsonProcessingException {
        Difference difference = new Difference(
                SettingChanges.between(settings(new RunFolder(first)), settings(new RunFolder(second))), pairs());
        PrintStream out = runs.console().out();
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(difference));
            return ExitCode.DONE;
        }
        out.println(difference.settings().isEmpty() ? "the same settings" : "settings, first -> second:");
        difference.settings().forEach(setting -> out.println("  " + setting));
        out.println(difference.pairs().isEmpty() ? "no decoder that both have evaluated" : "second - first:");
        for (Summary.Pair pair : difference.pairs()) {
            out.printf(
                    Locale.ROOT,
                    "  %-24s %-5s  %+6.1f  [%+.1f, %+.1f]  n %d  p %.3g (Holm %.3g)%n",
                    pair.first().substring(SECOND.length()),
                    pair.budget(),
                    100 * pair.difference(),
                    100 * pair.interval().low(),
                    100 * pair.interval().high(),
                    pair.n(),
                    pair.pClustered(),
                    pair.pHolm());
        }
        return ExitCode.DONE;
    }

    private static JsonNode settings(RunFolder folder) {
        if (!Files.isRegularFile(folder.config())) {
            throw new ConfigurationException(
                    "a run to compare must be a run folder, was " + folder.path() + " which holds no config.yaml");
        }
        try {
            return new YAMLMapper().readTree(folder.config().toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.config(), e);
        }
    }

    /** Equal decoders are told apart by their run. */
    private List<Summary.Pair> pairs() {
        List<ResultsLog.Result> both = new ArrayList<>(results(first, FIRST));
        both.addAll(results(second, SECOND));
        Summary.Comparisons sameDecoder = (earlier, later) -> earlier.startsWith(FIRST)
                        && later.startsWith(SECOND)
                        && earlier.substring(FIRST.length()).equals(later.substring(SECOND.length()))
                ? Optional.of(List.of(later, earlier))
                : Optional.empty();
        return Summary.of(both, 1, Map.of(), sameDecoder).pairs();
    }

    private static List<ResultsLog.Result> results(Path run, String prefix) {
        Path file = new RunFolder(run).results();
        return !Files.isRegularFile(file)
                ? List.of()
                : ResultsLog.read(file).stream()
                        .map(result -> result.of(prefix + result.decoder()))
                        .toList();
    }
}
