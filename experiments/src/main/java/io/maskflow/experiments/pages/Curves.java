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
    static final int POINTS = 400;

    private static final MathContext DIGITS = new MathContext(6);

    private Curves() {}

    /**
     * Turns lines into columns.
     *
     * @param lines name to value, {@code step} among them
     * @return name to one value per point, null where the log has none
     */
    static Map<String, List<Double>> of(List<Map<String, Double>> lines) {
        Set<String> names = new LinkedHashSet<>();
        lines.forEach(line -> names.addAll(line.keySet()));
        int width = Math.max(1, (lines.size() + POINTS - 1) / POINTS);
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
