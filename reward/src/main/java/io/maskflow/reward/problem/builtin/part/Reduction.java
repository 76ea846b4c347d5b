package io.maskflow.reward.problem.builtin.part;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is made of the mapped numbers. */
public enum Reduction {
    SUM("sum", List.of("sum", "total")),
    PRODUCT("product", List.of("product")),
    MAX("max", List.of("largest", "maximum")),
    MIN("min", List.of("smallest", "minimum")),
    LIST("list", List.of("list")),
    SORTED("sorted", List.of("sorted list")),
    COUNT("count", List.of("count"));

    private static final long LARGEST = 99_999;
    private static final int LONGEST = 8;

    private final String key;
    private final List<String> nouns;

    Reduction(String key, List<String> nouns) {
        this.key = key;
        this.nouns = nouns;
    }

    /** Its name inside a composition's key and in function names. */
    public String key() {
        return key;
    }

    /** Ways to call the result. */
    public List<String> nouns() {
        return nouns;
    }

    /** The result as a Python literal; empty if it is undefined or too large to be asked for. */
    public Optional<String> of(long[] values) {
        return switch (this) {
            case SUM -> number(sum(values));
            case PRODUCT -> product(values);
            case MAX -> values.length == 0 ? Optional.empty() : number(sorted(values.clone())[values.length - 1]);
            case MIN -> values.length == 0 ? Optional.empty() : number(sorted(values.clone())[0]);
            case LIST -> list(values);
            case SORTED -> list(sorted(values.clone()));
            case COUNT -> number(values.length);
        };
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }

    private static Optional<String> product(long[] values) {
        long product = 1;
        for (long value : values) {
            product *= value;
            if (Math.abs(product) > LARGEST) {
                return Optional.empty();
            }
        }
        return number(product);
    }

    private static Optional<String> number(long value) {
        return Math.abs(value) > LARGEST ? Optional.empty() : Optional.of(Long.toString(value));
    }

    private static Optional<String> list(long[] values) {
        return values.length > LONGEST ? Optional.empty() : Optional.of(Arrays.toString(values));
    }

    private static long[] sorted(long[] values) {
        Arrays.sort(values);
        return values;
    }
}
