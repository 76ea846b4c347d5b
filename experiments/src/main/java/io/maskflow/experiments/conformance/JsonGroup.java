package io.maskflow.experiments.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/** A group of golden cases in one JSON file that bears its name. */
public abstract class JsonGroup implements ConformanceGroup {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;

    /**
     * A group in a file.
     *
     * @param name the file below the fixtures folder, without extension
     */
    protected JsonGroup(String name) {
        this.name = name;
    }

    /**
     * A group in a file.
     *
     * @param name the file below the fixtures folder, without extension
     * @param cases from its content and the fixtures folder to a result per case
     */
    public static ConformanceGroup of(String name, BiFunction<JsonNode, Path, List<CaseResult>> cases) {
        return new JsonGroup(name) {
            @Override
            protected List<CaseResult> run(JsonNode golden, Path fixtures) {
                return cases.apply(golden, fixtures);
            }
        };
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve(name + ".json");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return run(JSON.readTree(file.toFile()), fixtures);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }

    /**
     * Runs every case.
     *
     * @param golden what the file holds
     * @param fixtures the fixtures folder
     */
    protected abstract List<CaseResult> run(JsonNode golden, Path fixtures);
}
