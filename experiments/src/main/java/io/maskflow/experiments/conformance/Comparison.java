package io.maskflow.experiments.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.conformance.ConformanceGroup.CaseResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Holds what came out against what should have: remembers the first mismatch and the largest difference of each kind. */
public final class Comparison {

    private final Map<String, Double> largest = new LinkedHashMap<>();
    private String mismatch;

    /** Discrete things must be equal. */
    public void same(String what, Object expected, Object actual) {
        if (mismatch == null && !expected.equals(actual)) {
            mismatch = what + ": expected " + expected + ", was " + actual;
        }
    }

    /**
     * Numbers must be close.
     *
     * @param kind what the difference is counted under
     * @param place where, for the message
     * @param tolerance largest absolute difference allowed
     */
    public void close(String kind, String place, double expected, double actual, double tolerance) {
        double difference = Math.abs(expected - actual);
        largest.merge(kind, difference, Math::max);
        if (mismatch == null && !(difference <= tolerance)) {
            mismatch = String.format(
                    Locale.ROOT,
                    "%s %s: expected %.9g, was %.9g, difference %.2g, tolerance %.1g",
                    kind,
                    place,
                    expected,
                    actual,
                    difference,
                    tolerance);
        }
    }

    /** A number of a fixture; infinities are written as text there. */
    public static double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.asText());
    }

    /** A choice by the name that settings files have for it. */
    public static <T> T choice(Class<T> type, String name) {
        return ConfigFiles.option("choice", name, type);
    }

    /** Reads {@code [1, 2, 3]}. */
    public static int[] ints(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).intValue();
        }
        return values;
    }

    /** The verdict: passed with the largest differences, or failed with the first mismatch. */
    public CaseResult result(String name) {
        if (mismatch != null) {
            return new CaseResult(name, false, mismatch);
        }
        String differences = largest.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.1e", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        return new CaseResult(name, true, differences.isEmpty() ? "equal" : "largest differences: " + differences);
    }
}
