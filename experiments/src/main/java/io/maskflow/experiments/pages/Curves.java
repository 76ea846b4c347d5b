package io.maskflow.experiments.pages;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A metrics log by columns. Long logs are thinned: each point is then the mean of neighbouring steps. */
final class Curves {

    /** Most points of a curve; more could not be told apart on a screen. */
    private static final int POINTS = 400;

    /** Most points of a metric, all runs of a page together: a page stays below a megabyte. */
    private static final int POINTS_OF_ALL = 700;

    /** Minutes of training and validation so far: another horizontal axis. */
    static final String ELAPSED = "elapsed";

    private static final MathContext DIGITS = new MathContext(5);

    private Curves() {}

    /**
     * Turns lines into columns.
     *
     * @param log name to value, {@code step} among them
     * @param runs how many logs share the page
     * @return name to one value per point, null where the log has none; where steps were timed {@link #ELAPSED} among them
     */
    static Map<String, List<Double>> of(List<Map<String, Double>> log, int runs) {
        List<Map<String, Double>> lines = timed(log);
        int points = Math.max(20, Math.min(POINTS, POINTS_OF_ALL / runs));
        Set<String> names = new LinkedHashSet<>();
        lines.forEach(line -> names.addAll(line.keySet()));
        int width = Math.max(1, (lines.size() + points - 1) / points);
        Map<String, List<Double>> columns = new LinkedHashMap<>();
        for (String name : names) {
            List<Double> column = new ArrayList<>();
            for (int from = 0; from < lines.size(); from += width) {
                column.add(mean(lines.subList(from, Math.min(lines.size(), from + width)), name));
            }
            columns.put(name, column);
        }
        return columns;
    }

    private static List<Map<String, Double>> timed(List<Map<String, Double>> log) {
        List<Map<String, Double>> timed = new ArrayList<>();
        double seconds = 0;
        for (Map<String, Double> line : log) {
            Map<String, Double> copy = new LinkedHashMap<>(line);
            if (line.get("step_time") != null) {
                seconds += line.get("step_time") + line.getOrDefault("validation_time", 0.0);
                copy.put(ELAPSED, seconds / 60);
            }
            timed.add(copy);
        }
        return timed;
    }

    private static Double mean(List<Map<String, Double>> lines, String name) {
        double[] values = lines.stream()
                .map(line -> line.get(name))
                .filter(Objects::nonNull)
                .mapToDouble(value -> value)
                .toArray();
        if (values.length == 0) {
            return null;
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return new BigDecimal(sum / values.length).round(DIGITS).doubleValue();
    }
}
