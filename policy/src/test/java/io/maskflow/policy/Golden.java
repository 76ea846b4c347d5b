package io.maskflow.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code src/test/resources/golden}; see the README there for provenance. */
public final class Golden {

    private Golden() {}

    public static Path path(String name) {
        try {
            return Path.of(Golden.class.getResource("/golden/" + name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(path(name).toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The policy of {@code policy-32.safetensors}, whose bounds are in {@code policy_forward.json}. */
    public static PolicyNetwork policy() {
        PolicyShape shape = new PolicyShape(PolicyState.PAPER, 32, 0.05, 0.95, 2, 50, LogScaleAction.PAPER);
        try {
            return PolicyFile.read(path("policy-32.safetensors"), shape);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    /** All numbers of a nested array, row-major. */
    public static double[] flat(JsonNode array) {
        if (!array.isArray()) {
            return new double[] {array.isBoolean() ? (array.asBoolean() ? 1 : 0) : array.asDouble()};
        }
        List<double[]> parts = new java.util.ArrayList<>();
        array.forEach(part -> parts.add(flat(part)));
        return parts.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    }

    /** {@code |actual - expected| <= tolerance * max(floor, |expected|)}. */
    public static void assertRelative(String what, double actual, double expected, double tolerance, double floor) {
        assertThat(Math.abs(actual - expected))
                .as("%s: %s, expected %s", what, actual, expected)
                .isLessThanOrEqualTo(tolerance * Math.max(floor, Math.abs(expected)));
    }

    public static void assertRelative(String what, double actual, double expected) {
        assertRelative(what, actual, expected, 1e-9, 1e-3);
    }
}
