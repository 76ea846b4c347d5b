package io.maskflow.experiments.pages;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/METRICS.md} says about each training metric, as plain text: the page shows it at the metric's name. */
final class MetricMeanings {

    private static final Pattern ROW = Pattern.compile("\\| (`[^|]+) \\| ([^|]*?) \\|(?: ([^|]*?) ?\\|)?");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern MARKS = Pattern.compile("`|\\*|\\[([^]]*)]\\([^)]*\\)");

    private final Map<String, String> meanings = new LinkedHashMap<>();

    /**
     * Reads the page of metrics.
     *
     * @param page {@code docs/METRICS.md}; its parts on {@code metrics.jsonl} end where that on {@code results.jsonl} begins
     */
    MetricMeanings(String page) {
        for (String line : page.substring(0, page.indexOf("## `results.jsonl`")).split("\n")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String look = row.group(3) == null || row.group(3).isEmpty() ? "" : "; look: " + row.group(3);
                String meaning = MARKS.matcher(row.group(2) + look).replaceAll("$1");
                Matcher name = NAME.matcher(row.group(1));
                while (name.find()) {
                    meanings.merge(name.group(1), meaning, (first, second) -> first + "; of fine-tuning: " + second);
                }
            }
        }
    }

    /**
     * The meaning of a metric; of one that ends in a budget, a term or a number that of what stands before it.
     *
     * @param metric as in {@code metrics.jsonl}
     * @return text, empty if the page of metrics does not know the name
     */
    String of(String metric) {
        String exact = meanings.get(metric);
        if (exact != null) {
            return exact;
        }
        String longest = "";
        for (String name : meanings.keySet()) {
            boolean open = name.endsWith("/") || name.endsWith("_");
            if (open && metric.startsWith(name) && name.length() > longest.length()) {
                longest = name;
            }
        }
        return meanings.getOrDefault(longest, "");
    }
}
