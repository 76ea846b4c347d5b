package io.maskflow.experiments.cli.machine;

import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.datasets.Download;
import io.maskflow.experiments.datasets.PublicDataSet;
import io.maskflow.experiments.datasets.PublicDataSets;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data fetch}. */
@Command(
        name = "fetch",
        description = {
            "Fetches public data sets: shows the licence, goes on where an earlier fetch was cut, checks the sha256, and stores the"
                    + " licence beside the file. What is there already is left alone."
        },
        footer = {
            "",
            "Names are those of ./maskflow data list; all means all of them.",
            "Example:  ./maskflow data fetch gsm8k math500 --dir data"
        })
final class DataFetchCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Data sets, or all.")
    private List<String> names;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where the files go. Default: ${DEFAULT-VALUE}.")
    private Path dir;

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description =
                    "Address of a folder that has the files under their names, in place of the published addresses.")
    private String mirror;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Connections to one address before it is given up. Default: ${DEFAULT-VALUE}.")
    private int attempts;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (attempts < 1) {
            throw new ConfigurationException("--attempts must be at least 1, was " + attempts);
        }
        List<PublicDataSet> sets =
                PublicDataSets.named(names).stream().map(this::mirrored).toList();
        Download download = Download.usual().withAttempts(attempts);
        PrintWriter out = spec.commandLine().getOut();
        boolean all = true;
        for (PublicDataSet set : sets) {
            out.printf(
                    Locale.ROOT,
                    "%s: %d problems, %.1f kB, from %s%n  licence %s; its text is stored as %s%n",
                    set.name(),
                    set.rows(),
                    set.bytes() / 1e3,
                    set.origin(),
                    set.licence(),
                    dir.resolve(set.licenceFile()));
            out.flush();
            all &= fetch(set, download, out);
        }
        out.flush();
        return all ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** One failure does not keep the others from coming. */
    private boolean fetch(PublicDataSet set, Download download, PrintWriter out) {
        try (ProgressLine progress = ProgressLine.start("fetch " + set.name(), set.bytes())) {
            Download.Outcome outcome = download.fetch(set, dir, bytes -> progress.update(bytes, ""));
            out.printf(
                    "  %s, sha256 right; problems: %s%n",
                    outcome == Download.Outcome.THERE ? "was there already" : "fetched", set.source(dir));
            return true;
        } catch (UncheckedIOException failed) {
            spec.commandLine().getErr().println("maskflow: " + failed.getMessage());
            spec.commandLine().getErr().flush();
            return false;
        }
    }

    private PublicDataSet mirrored(PublicDataSet set) {
        if (mirror == null) {
            return set;
        }
        try {
            URI base = URI.create(mirror.endsWith("/") ? mirror : mirror + "/");
            if (!List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
                throw new ConfigurationException("--mirror must be an http or https address, was " + mirror);
            }
            return set.from(base.resolve(set.file()));
        } catch (IllegalArgumentException malformed) {
            throw new ConfigurationException("--mirror must be an http or https address, was " + mirror);
        }
    }
}
