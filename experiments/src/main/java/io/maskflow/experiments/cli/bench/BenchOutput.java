package io.maskflow.experiments.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.run.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Where the figures of a {@code bench} command go beside the terminal: one file of this run, and the history of all runs. */
final class BenchOutput {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the figures here.",
            showDefaultValue = Visibility.NEVER)
    private Path json;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            defaultValue = "runs/bench.jsonl",
            description = {
                "Where every run adds a line: time, commit, machine, settings, figures. Printed is the change against the last",
                "run of the same settings on the same processor and Java version. An empty word: no history."
            })
    private String history;

    /** For the command line. */
    BenchOutput() {}

    BenchOutput(Path json, String history) {
        this.json = json;
        this.history = history;
    }

    /**
     * Writes a sheet, says how it differs from the last one of its kind, and remembers it.
     *
     * @param sheet {@code bench}, {@code machine}, {@code settings}, {@code figures}
     * @param out told about it
     */
    void publish(JsonNode sheet, PrintWriter out) throws IOException {
        if (!history.isBlank()) {
            Path file = Path.of(history);
            last(file, sheet, out).ifPresent(before -> compare(before, sheet, out));
            ObjectNode line = JSON.createObjectNode();
            line.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            line.put("commit", Provenance.commit());
            line.setAll((ObjectNode) sheet);
            folderOf(file);
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        if (json != null) {
            folderOf(json);
            Files.writeString(json, sheet.toPrettyString() + "\n");
            out.println("written: " + json);
        }
    }

    private static void folderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    /** The last sheet of the same kind; lines that are no JSON are passed over and counted. */
    private static Optional<JsonNode> last(Path file, JsonNode sheet, PrintWriter out) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode found = null;
        int broken = 0;
        for (String line : Files.readAllLines(file)) {
            try {
                JsonNode before = JSON.readTree(line);
                if (kind(before).equals(kind(sheet))) {
                    found = before;
                }
            } catch (JsonProcessingException e) {
                broken++;
            }
        }
        if (broken > 0) {
            out.println(
                    file + ": " + broken + (broken == 1 ? " line is" : " lines are") + " no JSON and not looked at");
        }
        return Optional.ofNullable(found);
    }

    private static String kind(JsonNode sheet) {
        JsonNode machine = sheet.path("machine");
        return sheet.path("bench") + " " + sheet.path("settings") + " " + machine.path("processor")
                + machine.path("cores") + machine.path("java");
    }

    private static void compare(JsonNode before, JsonNode now, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "against %s, commit %s, load then %s:%n",
                before.path("time").asText(),
                before.path("commit").asText(),
                before.path("machine").path("load").asText());
        now.path("figures").fields().forEachRemaining(figure -> {
            double then = before.path("figures").path(figure.getKey()).asDouble(Double.NaN);
            double value = figure.getValue().asDouble();
            if (then != 0 && Double.isFinite(value / then)) {
                out.printf(Locale.ROOT, "  %-22s %7.3f times%n", figure.getKey(), value / then);
            }
        });
    }
}
