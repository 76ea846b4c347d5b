package io.maskflow.experiments.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.run.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a training step, {@code {"step": 3, "reward": 0.4, ...}}. A value that is no
 * number is written as {@code null}. Each line is on the disk before {@link #append} returns.
 */
public final class MetricsLog implements AutoCloseable {

    private final JsonLines lines;

    private MetricsLog(JsonLines lines) {
        this.lines = lines;
    }

    /**
     * Opens the log at its end.
     *
     * @param file the log, made if it does not exist
     */
    public static MetricsLog open(Path file) {
        return new MetricsLog(JsonLines.append(file));
    }

    /**
     * Opens the log of a run that goes on after {@code lastStep}: later lines, written between the checkpoint and the
     * crash, are removed.
     *
     * @param file the log
     * @param lastStep last step to keep
     */
    public static MetricsLog resume(Path file, long lastStep) {
        JsonLines.retain(file, line -> line.path("step").asLong(-1) <= lastStep);
        return open(file);
    }

    /**
     * Writes one line.
     *
     * @param step training step
     * @param values metric name to value, written in this order
     */
    public void append(long step, Map<String, Double> values) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        values.forEach((name, value) -> line.put(name, value == null || !Double.isFinite(value) ? null : value));
        lines.add(line);
    }

    /**
     * Reads a log.
     *
     * @param file the log; a missing one is empty
     * @return per line the metrics, {@code step} among them; values that were no number are left out
     */
    public static List<Map<String, Double>> read(Path file) {
        List<Map<String, Double>> steps = new ArrayList<>();
        if (!Files.exists(file)) {
            return steps;
        }
        for (JsonNode line : JsonLines.read(file)) {
            Map<String, Double> values = new LinkedHashMap<>();
            line.properties().forEach(entry -> {
                if (entry.getValue().isNumber()) {
                    values.put(entry.getKey(), entry.getValue().doubleValue());
                }
            });
            steps.add(values);
        }
        return steps;
    }

    @Override
    public void close() {
        lines.close();
    }
}
