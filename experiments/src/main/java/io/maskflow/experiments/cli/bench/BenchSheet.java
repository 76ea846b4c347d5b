package io.maskflow.experiments.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.run.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a measurement prints and writes: the machine, then one figure a line. The JSON holds {@code bench}, {@code machine},
 * {@code versions}, {@code settings} and {@code figures}.
 */
final class BenchSheet {
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final StringBuilder table = new StringBuilder();

    /** A sheet for one part, such as {@code grade}. */
    BenchSheet(String part) {
        Map<String, Object> machine = machine();
        json.put("bench", part);
        json.put("machine", machine);
        json.put("versions", Provenance.versions());
        json.put("settings", settings);
        json.put("figures", figures);
        machine.forEach((name, value) -> line(name, value.toString(), ""));
    }

    private static Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", processor());
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        machine.put(
                "load",
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage());
        return machine;
    }

    private static String processor() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            return lines.stream()
                    .filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** Something that was chosen, not measured. */
    BenchSheet setting(String name, Object value) {
        settings.put(name, value);
        line(name, value.toString(), "");
        return this;
    }

    /**
     * A measured figure.
     *
     * @param name key in the JSON, unit included
     * @param words what it is
     */
    BenchSheet figure(String name, double value, String words) {
        figures.put(name, value);
        line(name, String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value), words);
        return this;
    }

    private void line(String name, String value, String words) {
        table.append(String.format(Locale.ROOT, "%-22s %10s  %s", name, value, words)
                        .stripTrailing())
                .append('\n');
    }

    /** Prints the table, then what {@link BenchOutput} says. */
    void publish(PrintWriter out, BenchOutput output) throws IOException {
        out.print(table);
        output.publish(new ObjectMapper().valueToTree(json), out);
        out.flush();
    }
}
